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

function addReply(record: TrafficRecord, { operation, replies }: Exchange, reply: Reply): void {
  const isSecret = operation === undefined || isSecretive(operation);
  if (reply.kind === 'error') {
    const at = reply.text.indexOf(quoted);
    record['error.message'] = at >= 0 ? reply.text.slice(0, at) : reply.text;
  } else if (replies <= 1 && (reply.kind === 'text' || reply.kind === 'number') && (!isSecret || reply.isSimple)) {
    record['redis.reply'] = reply.text;
  }
}
