/** Builds hellos for tests, byte by byte as RFC 8446 §4.1 lays them out. */
export const u16 = (value: number): number[] => [value >> 8, value & 0xff];
export const u24 = (value: number): number[] => [value >> 16, (value >> 8) & 0xff, value & 0xff];
export const vector8 = (bytes: readonly number[]): number[] => [bytes.length, ...bytes];
export const vector16 = (bytes: readonly number[]): number[] => [...u16(bytes.length), ...bytes];
export const words = (codes: readonly number[]): number[] => codes.flatMap(u16);
export const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];
export const extension = (type: number, body: readonly number[] = []): number[] => [...u16(type), ...vector16(body)];
export const serverName = (name: string): number[] => extension(0, vector16([0, ...vector16(ascii(name))]));
export const alpn = (...names: (string | readonly number[])[]): number[] =>
  extension(16, vector16(names.flatMap((name) => vector8(typeof name === 'string' ? ascii(name) : name))));
export const groups = (...codes: number[]): number[] => extension(10, vector16(words(codes)));
export const pointFormats = (...codes: number[]): number[] => extension(11, vector8(codes));
export const signatureAlgorithms = (...codes: number[]): number[] => extension(13, vector16(words(codes)));
export const supportedVersions = (...codes: number[]): number[] => extension(43, vector8(words(codes)));

export interface HelloParts {
  readonly version?: number;
  readonly sessionId?: readonly number[];
  readonly ciphers?: readonly number[];
  /** Undefined leaves the whole block out, as clients before TLS 1.0's extensions did. */
  readonly extensions?: readonly (readonly number[])[];
}

export function clientHelloBody({ version = 0x0303, sessionId = [], ciphers = [0x1301], extensions }: HelloParts): Uint8Array {
  const block = extensions === undefined ? [] : vector16(extensions.flat());
  return Uint8Array.from([
    ...u16(version),
    ...new Array<number>(32).fill(7),
    ...vector8(sessionId),
    ...vector16(words(ciphers)),
    1,
    0,
    ...block,
  ]);
}

export function serverHelloBody(
  parts: Omit<HelloParts, 'ciphers'> & { readonly cipher?: number; readonly random?: readonly number[] },
): Uint8Array {
  const { version = 0x0303, sessionId = [], cipher = 0xc02f, extensions, random = new Array<number>(32).fill(9) } = parts;
  const block = extensions === undefined ? [] : vector16(extensions.flat());
  return Uint8Array.from([...u16(version), ...random, ...vector8(sessionId), ...u16(cipher), 0, ...block]);
}

export const message = (type: number, body: Uint8Array | readonly number[]): number[] => [type, ...u24(body.length), ...body];

/** A record of this content, its version that of TLS 1.2. */
export const tlsRecord = (type: number, content: readonly number[]): number[] => [type, 3, 3, ...vector16(content)];
export const clientHello = (parts: HelloParts = {}): number[] => tlsRecord(22, message(1, clientHelloBody(parts)));
export const serverHello = (parts: Parameters<typeof serverHelloBody>[0] = {}): number[] =>
  tlsRecord(22, message(2, serverHelloBody(parts)));
export const changeCipher = tlsRecord(20, [1]);
export const finished = tlsRecord(22, new Array<number>(40).fill(0xee));
export const applicationData = (length = 60): number[] => tlsRecord(23, new Array<number>(length).fill(0xdd));
export const alert = (level: number, description: number): number[] => tlsRecord(21, [level, description]);
export const helloDone = tlsRecord(22, message(14, []));
export const keyExchange = tlsRecord(22, message(16, [1, 2, 3, 4]));
