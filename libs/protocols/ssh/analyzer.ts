import type { Instant } from '@orbweaver/kernel/instant.ts';
import { Side, type CloseReason, type FlowContext, type StreamAnalyzer } from '../sdk/analyzer.ts';
import { ClearWords } from '../sdk/clear-words.ts';
import { newParty, spokenVersion, type Connection, type Party } from './connection.ts';
import { IdentificationReader } from './identification.ts';
import { chosen, readHostKey, readOldHostKey, readProposal } from './key-exchange.ts';
import { oldCiphers, packetShape } from './names.ts';
import { PacketReader } from './packet-reader.ts';
import { buildRecord } from './record.ts';
import { SignIn } from './sign-in.ts';

/** Message numbers of SSH 2 (RFC 4250, section 4.1). */
const Message = { keyExchange: 20, newKeys: 21, begin: 30, reply: 31, groupReply: 33, groupRequest: 34 } as const;
/** A handshake of TLS begins so, and no identification (RFC 4253, section 4.2). */
const tlsHandshake = 0x16;
/** Of SSH 1. */
const OldMessage = { publicKey: 2, sessionKey: 3 } as const;

/** One side's stream: its identification, packets in the clear, and encrypted ones. */
interface Reader {
  readonly party: Party;
  readonly identification: IdentificationReader;
  packets: PacketReader | undefined;
}

const newReader = (party: Party): Reader => ({ party, identification: new IdentificationReader(), packets: undefined });

/** One SSH connection, one record, at its end. */
export class SshAnalyzer implements StreamAnalyzer {
  readonly #flow: FlowContext;
  readonly #readers: readonly [Reader, Reader] = [newReader(newParty()), newReader(newParty())];
  #connection: Connection | undefined;
  #end: Instant | undefined;
  #hasSourceSpoken = false;
  /** Who opened the connection, until messages of a key exchange show the contrary: a server may call its client (RFC 8071). */
  #client: Side = Side.source;

  constructor(flow: FlowContext) {
    this.#flow = flow;
  }

  data(side: Side, bytes: Uint8Array, start: number, end: number): void {
    const { now } = this.#flow;
    const connection = (this.#connection ??= this.#open());
    if (this.#end === undefined) this.#end = now.copy();
    else this.#end.set(now.seconds, now.nanos);
    if (side === Side.source && this.#isTls(bytes, start, end)) {
      this.#flow.handOver('tls', start, undefined, new ClearWords(Side.destination));
      return;
    }
    const reader = this.#readers[side];
    let at = start;
    if (reader.party.identification === undefined) at = this.#identify(reader, bytes, at, end);
    if (at < end && !reader.party.isEncrypted && !reader.party.isLost) at = this.#readPackets(reader, side, connection, bytes, at, end);
    if (at < end && reader.party.isEncrypted) this.#readEncrypted(reader.party, side, connection, bytes, at, end);
  }

  /** Whether a client begins TLS where the server has said who it is. */
  #isTls(bytes: Uint8Array, start: number, end: number): boolean {
    const isFirst = !this.#hasSourceSpoken;
    if (start < end) this.#hasSourceSpoken = true;
    if (!isFirst || bytes[start] !== tlsHandshake || this.#readers[Side.source].party.isLost) return false;
    return this.#readers[Side.destination].party.identification !== undefined;
  }

  /** Behind a hole nobody knows where a packet begins. */
  gap(side: Side): void {
    const { party } = this.#readers[side];
    party.isLost = true;
    const signIn = this.#connection?.signIn;
    if (signIn === undefined || signIn.isSuccess) return;
    signIn.isDoubtful = true;
    signIn.hasHole = true;
  }

  close(_: Side, reason: CloseReason): void {
    if (this.#connection !== undefined && (reason === 'fin' || reason === 'rst')) this.#connection.isClosed = true;
  }

  finish(reason: CloseReason): void {
    const connection = this.#connection;
    if (connection === undefined || this.#end === undefined) return;
    if (reason === 'fin' || reason === 'rst') connection.isClosed = true;
    const { client, server } = connection;
    if (client.identification === undefined && server.identification === undefined) return;
    connection.signIn?.endTurn();
    const record = this.#flow.newRecord('ssh', 0, connection.start, this.#end);
    buildRecord(record, connection);
    this.#flow.emit(record);
  }

  #open(): Connection {
    const [{ party: client }, { party: server }] = this.#readers;
    const start = this.#flow.now.copy();
    return { client, server, start, hostKey: undefined, oldCipher: undefined, signIn: undefined, isClosed: false };
  }

  #identify({ identification, party }: Reader, bytes: Uint8Array, start: number, end: number): number {
    if (party.isLost) return end;
    const at = identification.push(bytes, start, end);
    party.identification = identification.identification;
    if (identification.isLost) party.isLost = true;
    return at;
  }

  #readPackets(reader: Reader, side: Side, connection: Connection, bytes: Uint8Array, start: number, end: number): number {
    if (reader.packets === undefined) {
      const isOld = (spokenVersion(connection) ?? '2.0').startsWith('1.');
      reader.packets = new PacketReader(isOld, (payload, from, to) =>
        isOld ? this.#takeOld(reader, side, connection, payload, from, to) : this.#take(reader, side, connection, payload, from, to),
      );
    }
    const at = reader.packets.push(bytes, start, end);
    if (reader.packets.isLost) reader.party.isLost = true;
    return at;
  }

  #take({ party }: Reader, side: Side, connection: Connection, bytes: Uint8Array, start: number, end: number): boolean {
    switch (bytes[start]) {
      case Message.keyExchange:
        party.proposal ??= readProposal(bytes, start, end);
        return true;
      case Message.begin:
      case Message.groupRequest:
        // Of all methods the client has the first word, but with RSA the server tells its key with it (RFC 4432, section 4).
        this.#takeRole(connection, side, !isRsaExchange(connection));
        if (side !== this.#client) connection.hostKey ??= readHostKey(bytes, start, end);
        return true;
      case Message.reply:
      case Message.groupReply:
        if (side !== this.#client) connection.hostKey ??= readHostKey(bytes, start, end);
        return true;
      case Message.newKeys:
        party.isEncrypted = true;
        if (side !== this.#client) connection.signIn = openSignIn(connection);
        return false;
      default:
        return true;
    }
  }

  #takeOld({ party }: Reader, side: Side, connection: Connection, bytes: Uint8Array, start: number, end: number): boolean {
    const type = bytes[start];
    if (type === OldMessage.publicKey) {
      this.#takeRole(connection, side, false);
      connection.hostKey = readOldHostKey(bytes, start, end);
    } else if (type === OldMessage.sessionKey && side === this.#client && end > start + 1) {
      connection.oldCipher = oldCiphers[bytes[start + 1]!];
    } else return true;
    party.isEncrypted = true;
    return false;
  }

  /** A message of this side shows who is the client. */
  #takeRole(connection: Connection, side: Side, isClient: boolean): void {
    if ((side === this.#client) === isClient) return;
    this.#client = this.#client === Side.source ? Side.destination : Side.source;
    [connection.client, connection.server] = [connection.server, connection.client];
    this.#flow.reverse();
  }

  #readEncrypted(party: Party, side: Side, { signIn }: Connection, bytes: Uint8Array, start: number, end: number): void {
    party.encryptedBytes += end - start;
    if (signIn === undefined || signIn.isSuccess) return;
    if (side === this.#client) signIn.client();
    else signIn.server(bytes, start, end);
  }
}

/** RFC 4432: `rsa1024-sha1`, `rsa2048-sha256`. */
function isRsaExchange({ client, server }: Connection): boolean {
  const ours = client.proposal?.keyExchange;
  const theirs = server.proposal?.keyExchange;
  const method = ours !== undefined && theirs !== undefined ? chosen(ours, theirs) : (ours ?? theirs);
  return method?.startsWith('rsa') ?? false;
}

/** Undefined if nothing can be told from the sizes of the server's packets. */
function openSignIn({ client, server }: Connection): SignIn | undefined {
  if (client.proposal === undefined || server.proposal === undefined || client.isLost) return undefined;
  const pick = (which: 'cipher' | 'mac' | 'compression'): string =>
    chosen(client.proposal![which].toClient, server.proposal![which].toClient) ?? '';
  const compression = pick('compression');
  if (compression !== 'none' && compression !== 'zlib@openssh.com') return undefined;
  const shape = packetShape(pick('cipher'), pick('mac'));
  return shape === undefined ? undefined : new SignIn(shape);
}
