import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { spokenVersion, type Connection, type Party } from './connection.ts';
import { chosen, hassh } from './key-exchange.ts';
import { isAead } from './names.ts';

/** Writes the fields of `schema.ts` onto the flow's record. What was not seen is absent. */
export function buildRecord(record: TrafficRecord, connection: Connection): void {
  const { client, server, hostKey } = connection;
  put(record, 'ssh.version', spokenVersion(connection));
  putParty(record, 'ssh.client', client);
  putParty(record, 'ssh.server', server);
  if (client.proposal !== undefined) record['ssh.client.hassh'] = hassh(client.proposal, 'toServer');
  if (server.proposal !== undefined) record['ssh.server.hassh'] = hassh(server.proposal, 'toClient');
  putChosen(record, connection);
  if (hostKey !== undefined) {
    record['ssh.host_key.algorithm'] ??= hostKey.algorithm;
    record['ssh.host_key.hash.md5'] = hostKey.md5;
    record['ssh.host_key.hash.sha256'] = hostKey.sha256;
  }
  putOutcome(record, connection);
}

function putParty(
  record: TrafficRecord,
  prefix: 'ssh.client' | 'ssh.server',
  { identification, isEncrypted, encryptedBytes }: Party,
): void {
  put(record, `${prefix}.software`, identification?.software);
  put(record, `${prefix}.comments`, identification?.comments);
  if (isEncrypted) record[`${prefix}.encrypted_bytes`] = encryptedBytes;
}

/** Client to server; the other direction is the same nearly always. */
function putChosen(record: TrafficRecord, { client, server, oldCipher }: Connection): void {
  put(record, 'ssh.cipher', oldCipher);
  const ours = client.proposal;
  const theirs = server.proposal;
  if (ours === undefined || theirs === undefined) return;
  put(record, 'ssh.key_exchange', chosen(ours.keyExchange, theirs.keyExchange));
  put(record, 'ssh.host_key.algorithm', chosen(ours.hostKey, theirs.hostKey));
  const cipher = chosen(ours.cipher.toServer, theirs.cipher.toServer);
  put(record, 'ssh.cipher', cipher);
  if (cipher === undefined || !isAead(cipher)) put(record, 'ssh.mac', chosen(ours.mac.toServer, theirs.mac.toServer));
  put(record, 'ssh.compression', chosen(ours.compression.toServer, theirs.compression.toServer));
}

function putOutcome(record: TrafficRecord, connection: Connection): void {
  const { signIn } = connection;
  if (signIn?.isAccepted === true && (signIn.isSuccess || !signIn.isDoubtful)) record['ssh.authentication.attempts'] = signIn.attempts;
  record['event.outcome'] = signIn?.isSuccess === true ? 'success' : isKnownOut(connection) ? 'failure' : 'unknown';
}

/** Both sides were heard to the end, and no success was among what was said. */
function isKnownOut({ client, server, signIn, isClosed }: Connection): boolean {
  if (!isClosed || client.isLost || server.isLost) return false;
  if (client.identification === undefined || server.identification === undefined) return false;
  return server.isEncrypted ? signIn !== undefined && !signIn.isDoubtful : true;
}

function put(record: TrafficRecord, name: string, value: string | undefined): void {
  if (value !== undefined) record[name] = value;
}
