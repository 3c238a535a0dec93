import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';
import { readDomainName } from './domain-name.ts';

/** Octets of the fixed part, and of the cookie behind it (RFC 2131, section 2; RFC 2132, section 2). */
const fixedLength = 236;
const cookieLength = 4;
const magicCookie = 0x63825363;

/** Octets of one option's value that are kept; long ones are joined from several (RFC 3396). */
const valueLimit = 1024;
/** Options of one message that are read. */
const optionLimit = 512;

/** Options that are read (RFC 2132, RFC 4702). */
const Option = {
  pad: 0,
  hostname: 12,
  domain: 15,
  requestedAddress: 50,
  leaseTime: 51,
  overload: 52,
  messageType: 53,
  server: 54,
  parameters: 55,
  message: 56,
  vendorClass: 60,
  clientId: 61,
  clientFqdn: 81,
  relayAgent: 82,
  end: 255,
} as const;

/** RFC 2132, section 9.6, and its successors. */
const typeNames = [
  'DISCOVER',
  'OFFER',
  'REQUEST',
  'DECLINE',
  'ACK',
  'NAK',
  'RELEASE',
  'INFORM',
  'FORCERENEW',
  'LEASEQUERY',
  'LEASEUNASSIGNED',
  'LEASEUNKNOWN',
  'LEASEACTIVE',
  'BULKLEASEQUERY',
  'LEASEQUERYDONE',
  'ACTIVELEASEQUERY',
  'LEASEQUERYSTATUS',
  'TLS',
];

/** One message. What it does not say is undefined. */
export interface Message {
  readonly isReply: boolean;
  /** 8 hexadecimal digits. */
  readonly transactionId: string;
  readonly hardware: string | undefined;
  readonly type: string;
  readonly clientAddress: string | undefined;
  readonly assignedAddress: string | undefined;
  readonly relayAddress: string | undefined;
  readonly hops: number;
  readonly serverAddress: string | undefined;
  readonly requestedAddress: string | undefined;
  readonly hostname: string | undefined;
  readonly clientFqdn: string | undefined;
  readonly domain: string | undefined;
  /** Seconds. */
  readonly leaseTime: number | undefined;
  readonly vendorClass: string | undefined;
  readonly clientId: string | undefined;
  readonly parameters: readonly number[] | undefined;
  readonly message: string | undefined;
  readonly relayCircuit: string | undefined;
  /** The options end before they should: the capture or the sender cut them. */
  readonly isCut: boolean;
}

/** Reads one datagram; undefined if it is no DHCP message. A message without type is BOOTP, and is told as such. */
export function readMessage(bytes: Uint8Array, start: number, end: number): Message | undefined {
  if (end - start < fixedLength + cookieLength || readU32(bytes, start + fixedLength) !== magicCookie) return undefined;
  const operation = bytes[start]!;
  if (operation !== 1 && operation !== 2) return undefined;
  const options = new Options();
  options.read(bytes, start + fixedLength + cookieLength, end, true);
  // The fields for the server's name and the boot file may hold further options (RFC 2132, section 9.3), the file's first.
  const overload = options.octet(Option.overload) ?? 0;
  if ((overload & 1) !== 0) options.read(bytes, start + 108, start + 236, false);
  if ((overload & 2) !== 0) options.read(bytes, start + 44, start + 108, false);
  const type = options.octet(Option.messageType);
  const isReply = operation === 2;
  return {
    isReply,
    transactionId: readU32(bytes, start + 4)
      .toString(16)
      .padStart(8, '0'),
    hardware: hardwareText(bytes, start),
    type: type === undefined ? (isReply ? 'BOOTREPLY' : 'BOOTREQUEST') : (typeNames[type - 1] ?? String(type)),
    clientAddress: addressText(bytes, start + 12),
    assignedAddress: addressText(bytes, start + 16),
    relayAddress: addressText(bytes, start + 24),
    hops: bytes[start + 3]!,
    serverAddress: options.address(Option.server),
    requestedAddress: options.address(Option.requestedAddress),
    hostname: options.text(Option.hostname),
    clientFqdn: fqdn(options.value(Option.clientFqdn)),
    domain: options.text(Option.domain),
    leaseTime: options.seconds(Option.leaseTime),
    vendorClass: options.text(Option.vendorClass),
    clientId: hex(options.value(Option.clientId)),
    parameters: options.octets(Option.parameters),
    message: options.text(Option.message),
    relayCircuit: hex(options.sub(Option.relayAgent, 1)),
    isCut: options.isCut,
  };
}

/** The options of a message by their number; parts of one that came apart are joined. */
class Options {
  isCut = false;
  readonly #values = new Map<number, Uint8Array>();
  #count = 0;

  /** Reads `[start, end)` of the message up to the end option. */
  read(bytes: Uint8Array, start: number, end: number, isMain: boolean): void {
    for (let at = start; at < end && this.#count < optionLimit;) {
      const code = bytes[at++]!;
      if (code === Option.pad) continue;
      if (code === Option.end) return;
      if (at >= end || at + 1 + bytes[at]! > end) {
        this.isCut = true;
        return;
      }
      const length = bytes[at++]!;
      this.#add(code, bytes.slice(at, at + length));
      at += length;
    }
    // The end option is required, but of a file or a name field that is full it is left out in practice.
    if (isMain) this.isCut = true;
  }

  #add(code: number, value: Uint8Array): void {
    this.#count++;
    const before = this.#values.get(code);
    const joined = before === undefined ? value : Buffer.concat([before, value]).subarray(0, valueLimit);
    this.#values.set(code, joined);
  }

  value(code: number): Uint8Array | undefined {
    return this.#values.get(code);
  }

  octet(code: number): number | undefined {
    return this.#values.get(code)?.[0];
  }

  octets(code: number): number[] | undefined {
    const value = this.#values.get(code);
    return value === undefined || value.length === 0 ? undefined : [...value];
  }

  seconds(code: number): number | undefined {
    const value = this.#values.get(code);
    return value?.length === 4 ? readU32(value, 0) : undefined;
  }

  address(code: number): string | undefined {
    const value = this.#values.get(code);
    return value?.length === 4 ? addressText(value, 0) : undefined;
  }

  /** Text without the zeros that some senders end it with. */
  text(code: number): string | undefined {
    const value = this.#values.get(code);
    if (value === undefined) return undefined;
    let end = value.length;
    while (end > 0 && value[end - 1] === 0) end--;
    return end === 0 ? undefined : utf8.decode(value.subarray(0, end));
  }

  /** A suboption: code, length, value within the option's value. */
  sub(code: number, wanted: number): Uint8Array | undefined {
    const value = this.#values.get(code) ?? new Uint8Array(0);
    for (let at = 0; at + 2 <= value.length; at += 2 + value[at + 1]!) {
      const end = at + 2 + value[at + 1]!;
      if (end > value.length) return undefined;
      if (value[at] === wanted) return value.subarray(at + 2, end);
    }
    return undefined;
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Flags and two octets of no use, then the name: as DNS writes it if flag E is set, else as text (RFC 4702, section 2). */
function fqdn(value: Uint8Array | undefined): string | undefined {
  if (value === undefined || value.length <= 3) return undefined;
  if ((value[0]! & 0x04) !== 0) return readDomainName(value, 3, value.length);
  return utf8.decode(value.subarray(3)).replace(/[.\0]+$/, '') || undefined;
}

/** As many octets as the header says, of 16 at most; Ethernet's 6 make a MAC address. */
function hardwareText(bytes: Uint8Array, start: number): string | undefined {
  const length = Math.min(bytes[start + 2]!, 16);
  return length === 0 ? undefined : Array.from(bytes.subarray(start + 28, start + 28 + length), hexOctet).join(':');
}

const hexOctet = (octet: number): string => octet.toString(16).padStart(2, '0');

const hex = (value: Uint8Array | undefined): string | undefined =>
  value === undefined || value.length === 0 ? undefined : Buffer.from(value).toString('hex');

/** Dotted; 0.0.0.0 says nothing. */
function addressText(bytes: Uint8Array, at: number): string | undefined {
  if (readU32(bytes, at) === 0) return undefined;
  return `${bytes[at]!}.${bytes[at + 1]!}.${bytes[at + 2]!}.${bytes[at + 3]!}`;
}
