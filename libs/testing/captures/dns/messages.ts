/** Writes DNS messages byte by byte, for what no ordinary client or server sends. */
export interface MessageParts {
  readonly id?: number;
  readonly flags: number;
  readonly questions?: readonly Uint8Array[];
  readonly answers?: readonly Uint8Array[];
  readonly authorities?: readonly Uint8Array[];
  readonly additionals?: readonly Uint8Array[];
}

export function message({ id = 0, flags, questions = [], answers = [], authorities = [], additionals = [] }: MessageParts): Buffer {
  const counts = [questions, answers, authorities, additionals].map((section) => section.length);
  return Buffer.concat([u16(id, flags, ...counts), ...questions, ...answers, ...authorities, ...additionals]);
}

export function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => bytes.writeUInt16BE(value, i * 2));
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Labels are given in UTF-8; an array is taken label by label, so that a label may hold a dot. */
export function name(text: string | readonly string[]): Buffer {
  const labels = typeof text === 'string' ? text.split('.').filter((label) => label !== '') : text;
  return Buffer.concat([...labels.map((label) => Buffer.concat([Buffer.of(Buffer.byteLength(label)), Buffer.from(label)])), Buffer.of(0)]);
}

export const pointer = (offset: number): Buffer => u16(0xc000 | offset);

export const question = (owner: Uint8Array, type: number, code = 1): Buffer => Buffer.concat([owner, u16(type, code)]);

export const resource = (owner: Uint8Array, type: number, code: number, ttl: number, data: Uint8Array): Buffer =>
  Buffer.concat([owner, u16(type, code), u32(ttl), u16(data.length), data]);

/** An OPT record (RFC 6891): options as code and value. */
export function opt(size: number, ttl: number, options: readonly (readonly [number, Uint8Array])[]): Buffer {
  const data = Buffer.concat(options.map(([code, value]) => Buffer.concat([u16(code, value.length), value])));
  return resource(name(''), 41, size, ttl, data);
}

/** A NetBIOS name (RFC 1001, section 14.1): 15 octets padded with spaces, then the service, each octet as two letters. */
export function netbiosName(text: string, service: number): Buffer {
  const octets = Buffer.from(text.toUpperCase().padEnd(15, ' ') + String.fromCharCode(service), 'latin1');
  const letters = Array.from(octets, (octet) => String.fromCharCode(0x41 + (octet >> 4), 0x41 + (octet & 15))).join('');
  return name([letters]);
}
