/** Builds packets for tests, header by header, from the inside out: `ethernet(0x0800, ipv4({ protocol: 17 }, udp(...)))`. All checksums are right. */

export type Bytes = Uint8Array;

export function concat(...parts: readonly (Bytes | readonly number[])[]): Bytes {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export function u16(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}

export function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value & 0xffff)];
}

export function text(value: string): Bytes {
  return new TextEncoder().encode(value);
}

export const macs = { destination: [2, 0, 0, 0, 0, 2], source: [2, 0, 0, 0, 0, 1] };

export function ethernet(type: number, payload: Bytes): Bytes {
  return concat(macs.destination, macs.source, u16(type), payload);
}

export function vlan(id: number, type: number, payload: Bytes): Bytes {
  return concat(u16(id), u16(type), payload);
}

export const addresses = {
  v4: { source: [10, 0, 0, 1], destination: [10, 0, 0, 2] },
  v6: { source: [0xfd, ...new Array<number>(14).fill(0), 1], destination: [0xfd, ...new Array<number>(14).fill(0), 2] },
};

export interface Ipv4Fields {
  readonly protocol: number;
  readonly id?: number;
  /** Fragment offset in bytes. */
  readonly offset?: number;
  readonly more?: boolean;
  readonly totalLength?: number;
  readonly options?: readonly number[];
}

export function ipv4(fields: Ipv4Fields, payload: Bytes): Bytes {
  const options = fields.options ?? [];
  const length = fields.totalLength ?? 20 + options.length + payload.length;
  const fragment = ((fields.offset ?? 0) >>> 3) | (fields.more ? 0x2000 : 0);
  const { source, destination } = addresses.v4;
  const header = concat(
    [0x45 + options.length / 4, 0],
    u16(length),
    u16(fields.id ?? 7),
    u16(fragment),
    [64, fields.protocol, 0, 0],
    source,
    destination,
    options,
  );
  header.set(u16(checksum(header)), 10);
  return concat(header, payload);
}

export function ipv6(next: number, payload: Bytes, payloadLength = payload.length): Bytes {
  return concat([0x60, 0, 0, 0], u16(payloadLength), [next, 64], addresses.v6.source, addresses.v6.destination, payload);
}

/** Six bytes of padding behind next header and length. */
export function extension(next: number, size = 8): Bytes {
  return concat([next, size / 8 - 1], new Uint8Array(size - 2));
}

export interface TcpFields {
  readonly source?: number;
  readonly destination?: number;
  readonly flags?: number;
  readonly options?: readonly number[];
  /** In words. */
  readonly dataOffset?: number;
}

export function tcp(fields: TcpFields = {}, payload: Bytes = new Uint8Array(0), version: 4 | 6 = 4): Bytes {
  const options = fields.options ?? [];
  const offset = fields.dataOffset ?? 5 + options.length / 4;
  const ports = [...u16(fields.source ?? 40000), ...u16(fields.destination ?? 80)];
  const segment = concat(
    ports,
    u32(0x01020304),
    u32(0x05060708),
    [offset << 4, fields.flags ?? 0x18],
    u16(1024),
    [0, 0, 0, 0],
    options,
    payload,
  );
  segment.set(u16(checksum(concat(pseudo(version, 6, segment.length), segment))), 16);
  return segment;
}

export function udp(source: number, destination: number, payload: Bytes, version: 4 | 6 = 4): Bytes {
  const datagram = concat(u16(source), u16(destination), u16(8 + payload.length), [0, 0], payload);
  datagram.set(u16(checksum(concat(pseudo(version, 17, datagram.length), datagram)) || 0xffff), 6);
  return datagram;
}

export function icmp(type: number, code: number, id: number, sequence: number, payload: Bytes): Bytes {
  const message = concat([type, code, 0, 0], u16(id), u16(sequence), payload);
  message.set(u16(checksum(message)), 2);
  return message;
}

export function icmpv6(type: number, code: number, id: number, sequence: number, payload: Bytes): Bytes {
  const message = concat([type, code, 0, 0], u16(id), u16(sequence), payload);
  message.set(u16(checksum(concat(pseudo(6, 58, message.length), message))), 2);
  return message;
}

export function arp(operation: number): Bytes {
  const { source, destination } = addresses.v4;
  return concat(u16(1), u16(0x0800), [6, 4], u16(operation), macs.source, source, macs.destination, destination);
}

/** The simplest whole packet: IPv4, UDP from port 5000 to 6000. */
export function plainIpv4(payload: Bytes = text('hello')): Bytes {
  return ipv4({ protocol: 17 }, udp(5000, 6000, payload));
}

export function plainIpv6(payload: Bytes = text('hello')): Bytes {
  return ipv6(17, udp(5000, 6000, payload, 6));
}

function pseudo(version: 4 | 6, protocol: number, length: number): Bytes {
  const { source, destination } = version === 4 ? addresses.v4 : addresses.v6;
  return concat(source, destination, u32(length), u32(protocol));
}

function checksum(bytes: Bytes): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
