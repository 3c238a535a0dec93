import { readU32le } from '@orbweaver/kernel/bytes/cursor.ts';
import { utf8 } from '../sdk/text-decoders.ts';
import { decoderOfCollation } from './character-set.ts';
import { FieldReader, readProgramName } from './fields.ts';
import { Capability, longPassword } from './protocol.ts';

export interface Greeting {
  readonly version: string;
  readonly connectionId: number;
  readonly capabilities: number;
  readonly plugin: string | undefined;
  /** MariaDB's own capabilities. */
  readonly extended: number;
}

/** Protocol::HandshakeV10, and V9 which ends behind its scramble: version; connection id, 4; scramble, 8, and a zero; capabilities, 2; character set, 1; status, 2; capabilities, 2; length of the scramble, 1; 10, of which MariaDB uses the last 4; more scramble; plugin. */
export function readGreeting(bytes: Uint8Array, start: number, end: number): Greeting {
  const reader = new FieldReader().reset(bytes, start, end);
  const isOld = reader.u8() === 9;
  const version = plainVersion(reader.zeroEndedText());
  const connectionId = reader.u32le();
  if (isOld) return { version, connectionId, capabilities: 0, plugin: undefined, extended: 0 };
  reader.skip(9);
  const low = reader.u16le();
  reader.skip(3);
  const capabilities = (low | (reader.u16le() << 16)) >>> 0;
  const scramble = reader.u8();
  reader.skip(6);
  const extended = reader.u32le();
  reader.skip(Math.max(13, scramble - 8));
  const plugin = reader.overrun || reader.remaining === 0 ? undefined : reader.zeroEndedText();
  return { version, connectionId, capabilities, plugin, extended: (capabilities & longPassword) === 0 ? extended : 0 };
}

/** MariaDB puts this before its version, for replicas that know no other. */
const mariadbPrefix = '5.5.5-';

const plainVersion = (version: string): string =>
  version.startsWith(mariadbPrefix) && version.includes('MariaDB') ? version.slice(mariadbPrefix.length) : version;

export interface Login {
  readonly capabilities: number;
  readonly extended: number;
  readonly user: string | undefined;
  readonly database: string | undefined;
  readonly plugin: string | undefined;
  readonly program: string | undefined;
  readonly decoder: TextDecoder;
}

const orNothing = (text: string): string | undefined => (text === '' ? undefined : text);

/** Protocol::HandshakeResponse41, or 320 before MySQL 4.1. The answer to the scramble is passed over unread. */
export function readLogin(bytes: Uint8Array, start: number, end: number): Login {
  const reader = new FieldReader().reset(bytes, start, end);
  const is41 = end - start >= 2 && ((bytes[start]! | (bytes[start + 1]! << 8)) & Capability.protocol41) !== 0;
  if (!is41) return readOldLogin(reader);
  const capabilities = reader.u32le();
  reader.skip(4);
  reader.decoder = decoderOfCollation(reader.u8());
  reader.skip(19);
  const extended = reader.u32le();
  const user = reader.zeroEndedText();
  if ((capabilities & Capability.pluginAuthLength) !== 0) reader.skip(reader.lengthEncoded());
  else if ((capabilities & Capability.secureConnection) !== 0) reader.skip(reader.u8());
  else reader.zeroEndedText();
  const database = (capabilities & Capability.connectWithDb) !== 0 ? reader.zeroEndedText() : '';
  const plugin = (capabilities & Capability.pluginAuth) !== 0 ? reader.zeroEndedText() : '';
  const program = (capabilities & Capability.connectAttributes) !== 0 ? readProgramName(reader) : undefined;
  return {
    capabilities,
    extended: (capabilities & longPassword) === 0 ? extended : 0,
    user: orNothing(user),
    database: orNothing(database),
    plugin: orNothing(plugin),
    program,
    decoder: reader.decoder,
  };
}

function readOldLogin(reader: FieldReader): Login {
  const capabilities = reader.u16le();
  reader.skip(3);
  const user = orNothing(reader.zeroEndedText());
  let database: string | undefined;
  if ((capabilities & Capability.connectWithDb) !== 0) {
    reader.zeroEndedText();
    database = orNothing(reader.zeroEndedText());
  }
  return { capabilities, extended: 0, user, database, plugin: undefined, program: undefined, decoder: utf8 };
}

/** COM_CHANGE_USER: user, answer to the scramble, database, character set, plugin. */
export function readChangeUser(
  bytes: Uint8Array,
  start: number,
  end: number,
  capabilities: number,
  before: TextDecoder,
): Pick<Login, 'user' | 'database' | 'plugin' | 'decoder'> {
  const reader = new FieldReader().reset(bytes, start + 1, end);
  reader.decoder = before;
  const user = orNothing(reader.zeroEndedText());
  if ((capabilities & Capability.secureConnection) !== 0) reader.skip(reader.u8());
  else reader.zeroEndedText();
  const database = orNothing(reader.zeroEndedText());
  const decoder = reader.remaining >= 2 ? decoderOfCollation(reader.u16le()) : before;
  const plugin = (capabilities & Capability.pluginAuth) !== 0 && reader.remaining > 0 ? orNothing(reader.zeroEndedText()) : undefined;
  return { user, database, plugin, decoder };
}

/** Whether this first packet of a client asks for TLS (Protocol::SSLRequest): the head of a login and nothing behind it. */
export function asksForTls(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === 32 && (readU32le(bytes, start) & Capability.ssl) !== 0;
}
