import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { isSecretive } from './commands.ts';
import type { Reply } from './reply-reader.ts';
import type { Exchange, Session } from './stitcher.ts';

/** Writes the fields of `schema.ts` onto the flow's record. */
export function buildRecord(record: TrafficRecord, exchange: Exchange, session: Session): void {
  const { operation, key, value, reply, replies } = exchange;
  record['db.system.name'] = 'redis';
  if (operation !== undefined) record['db.operation.name'] = operation;
  if (session.user !== undefined) record['db.user'] = session.user;
  if (session.database !== undefined) record['db.namespace'] = session.database;
  if (key !== undefined) record['redis.key'] = key;
  if (value !== undefined) record['redis.value'] = value;
  record['redis.resp_version'] = session.version;
  record['event.outcome'] = reply === undefined ? 'unknown' : reply.kind === 'error' ? 'failure' : 'success';
  if (operation === undefined) record['redis.replies'] = replies;
  if (reply !== undefined) addReply(record, exchange, reply);
}

/** What a server quotes when it does not know a command; the arguments may be secret. */
const quoted = ', with args beginning with:';
/** How it quotes an argument of a command that it knows: `Error in ACL SETUSER modifier '<secret'`. */
const quote = "'";

function addReply(record: TrafficRecord, { operation, replies }: Exchange, reply: Reply): void {
  const isKnownSecret = operation !== undefined && isSecretive(operation);
  const isSecret = operation === undefined || isKnownSecret;
  if (reply.kind === 'error') {
    const at = reply.text.indexOf(quoted);
    const end = at < 0 && isKnownSecret ? reply.text.indexOf(quote) : at;
    record['error.message'] = end < 0 ? reply.text : reply.text.slice(0, end).trimEnd();
  } else if (replies <= 1 && (reply.kind === 'text' || reply.kind === 'number') && (!isSecret || reply.isSimple)) {
    record['redis.reply'] = reply.text;
  }
}
