import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { spokenVersion, type Connection, type Party } from './connection.ts';
import { chosen } from './key-exchange.ts';
import { isAead } from './names.ts';

/**
 * Writes the fields of `schema.ts` onto the flow's record. What was not seen is absent. Each field is written by its name as it stands: through variables V8
 * would make the record a dictionary, which takes four times as long to write out.
 */
export function buildRecord(record: TrafficRecord, connection: Connection): void {
  const { client, server, hostKey } = connection;
  const version = spokenVersion(connection);
  if (version !== undefined) record['ssh.version'] = version;
  putClient(record, client);
  putServer(record, server);
  if (client.proposal !== undefined) record['ssh.client.hassh'] = client.proposal.hassh.toServer;
  if (server.proposal !== undefined) record['ssh.server.hassh'] = server.proposal.hassh.toClient;
  putChosen(record, connection);
  if (hostKey !== undefined) {
    record['ssh.host_key.algorithm'] ??= hostKey.algorithm;
    record['ssh.host_key.hash.md5'] = hostKey.md5;
    record['ssh.host_key.hash.sha256'] = hostKey.sha256;
  }
  putOutcome(record, connection);
}

function putClient(record: TrafficRecord, { identification, isEncrypted, encryptedBytes }: Party): void {
  if (identification?.software !== undefined) record['ssh.client.software'] = identification.software;
  if (identification?.comments !== undefined) record['ssh.client.comments'] = identification.comments;
  if (isEncrypted) record['ssh.client.encrypted_bytes'] = encryptedBytes;
}

function putServer(record: TrafficRecord, { identification, isEncrypted, encryptedBytes }: Party): void {
  if (identification?.software !== undefined) record['ssh.server.software'] = identification.software;
  if (identification?.comments !== undefined) record['ssh.server.comments'] = identification.comments;
  if (isEncrypted) record['ssh.server.encrypted_bytes'] = encryptedBytes;
}

/** Client to server; the other direction is the same nearly always. */
function putChosen(record: TrafficRecord, { client, server, oldCipher }: Connection): void {
  if (oldCipher !== undefined) record['ssh.cipher'] = oldCipher;
  const ours = client.proposal;
  const theirs = server.proposal;
  if (ours === undefined || theirs === undefined) return;
  const keyExchange = chosen(ours.keyExchange, theirs.keyExchange);
  if (keyExchange !== undefined) record['ssh.key_exchange'] = keyExchange;
  const hostKey = chosen(ours.hostKey, theirs.hostKey);
  if (hostKey !== undefined) record['ssh.host_key.algorithm'] = hostKey;
  const cipher = chosen(ours.cipher.toServer, theirs.cipher.toServer);
  if (cipher !== undefined) record['ssh.cipher'] = cipher;
  const mac = cipher === undefined || !isAead(cipher) ? chosen(ours.mac.toServer, theirs.mac.toServer) : undefined;
  if (mac !== undefined) record['ssh.mac'] = mac;
  const compression = chosen(ours.compression.toServer, theirs.compression.toServer);
  if (compression !== undefined) record['ssh.compression'] = compression;
}

function putOutcome(record: TrafficRecord, connection: Connection): void {
  const { signIn } = connection;
  const isCounted = signIn?.isAccepted === true && !signIn.hasHole && (signIn.isSuccess || !signIn.isDoubtful);
  if (isCounted) record['ssh.authentication.attempts'] = signIn.attempts;
  record['event.outcome'] = signIn?.isSuccess === true ? 'success' : isKnownOut(connection) ? 'failure' : 'unknown';
}

/** Both sides were heard to the end, and no success was among what was said. */
function isKnownOut({ client, server, signIn, isClosed }: Connection): boolean {
  if (!isClosed || client.isLost || server.isLost) return false;
  if (client.identification === undefined || server.identification === undefined) return false;
  return server.isEncrypted ? signIn !== undefined && !signIn.isDoubtful : true;
}
