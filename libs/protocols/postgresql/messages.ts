import { readU32 } from '@orbweaver/kernel/bytes/cursor.ts';

/** Kinds of message, by their first octet (PostgreSQL documentation, section 55.7, "Message Formats"). */
export const Frontend = {
  bind: 0x42, // B
  close: 0x43, // C
  describe: 0x44, // D
  execute: 0x45, // E
  functionCall: 0x46, // F
  flush: 0x48, // H
  parse: 0x50, // P
  query: 0x51, // Q
  sync: 0x53, // S
  terminate: 0x58, // X
  copyDone: 0x63, // c
  copyData: 0x64, // d
  copyFail: 0x66, // f
  /** A password, or what SASL and GSSAPI exchange. Never looked into. */
  password: 0x70, // p
} as const;

export const Backend = {
  parseComplete: 0x31, // 1
  bindComplete: 0x32, // 2
  closeComplete: 0x33, // 3
  notification: 0x41, // A
  commandComplete: 0x43, // C
  dataRow: 0x44, // D
  error: 0x45, // E
  copyIn: 0x47, // G
  copyOut: 0x48, // H
  emptyQuery: 0x49, // I
  keyData: 0x4b, // K
  notice: 0x4e, // N
  authentication: 0x52, // R
  parameterStatus: 0x53, // S
  rowDescription: 0x54, // T
  functionResult: 0x56, // V
  copyBoth: 0x57, // W
  ready: 0x5a, // Z
  copyDone: 0x63, // c
  copyData: 0x64, // d
  noData: 0x6e, // n
  portalSuspended: 0x73, // s
  parameterDescription: 0x74, // t
  negotiateVersion: 0x76, // v
} as const;

const frontendKinds = new Set<number>(Object.values(Frontend));
const backendKinds = new Set<number>(Object.values(Backend));

export const isFrontend = (kind: number): boolean => frontendKinds.has(kind);
export const isBackend = (kind: number): boolean => backendKinds.has(kind);

/** True for what the server answers with ReadyForQuery at last. */
export const endsCycle = (kind: number): boolean => kind === Frontend.query || kind === Frontend.sync || kind === Frontend.functionCall;

/** What a question consists of, besides its end. */
const stepKinds: ReadonlySet<number> = new Set([
  Frontend.parse,
  Frontend.bind,
  Frontend.describe,
  Frontend.execute,
  Frontend.close,
  Frontend.flush,
]);

/** A step of a question that something else ends. */
export const isStep = (kind: number): boolean => stepKinds.has(kind);

/** True if `[start, end)` is one whole question: a query, or steps of the extended protocol up to their Sync. */
export function isOneCycle(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 5 <= end;) {
    const kind = bytes[at]!;
    const next = at + 1 + readU32(bytes, at + 1);
    if (next < at + 5 || next > end) return false;
    if (endsCycle(kind)) return next === end;
    if (!isStep(kind)) return false;
    at = next;
  }
  return false;
}

/** Names of the kinds of authentication that a server may ask for (AuthenticationRequest messages). */
const authenticationNames = new Map([
  [2, 'kerberos-v5'],
  [3, 'password'],
  [5, 'md5'],
  [6, 'scm-credential'],
  [7, 'gss'],
  [9, 'sspi'],
  [10, 'sasl'],
]);

/** Undefined for what only carries an authentication on, and for its success. */
export const authenticationName = (kind: number): string | undefined => authenticationNames.get(kind);
export const AuthenticationKind = { ok: 0, sasl: 10 } as const;
