/** Protocol versions as they stand on the wire (RFC 8446 §4.1.2, RFC 9147 §5.3). */
export const Version = {
  ssl2: 0x0002,
  ssl3: 0x0300,
  tls10: 0x0301,
  tls11: 0x0302,
  tls12: 0x0303,
  tls13: 0x0304,
  dtls10: 0xfeff,
  dtls12: 0xfefd,
  dtls13: 0xfefc,
} as const;

export interface VersionName {
  /** `tls.version`: `1.2`. */
  readonly version: string;
  /** `tls.version_protocol`: `tls`, `ssl` or `dtls`. */
  readonly protocol: string;
}

const names: ReadonlyMap<number, VersionName> = new Map([
  [Version.ssl2, { version: '2.0', protocol: 'ssl' }],
  [Version.ssl3, { version: '3.0', protocol: 'ssl' }],
  [Version.tls10, { version: '1.0', protocol: 'tls' }],
  [Version.tls11, { version: '1.1', protocol: 'tls' }],
  [Version.tls12, { version: '1.2', protocol: 'tls' }],
  [Version.tls13, { version: '1.3', protocol: 'tls' }],
  [Version.dtls10, { version: '1.0', protocol: 'dtls' }],
  [Version.dtls12, { version: '1.2', protocol: 'dtls' }],
  [Version.dtls13, { version: '1.3', protocol: 'dtls' }],
]);

const tls13 = names.get(Version.tls13)!;

/** The name of a version, a draft of TLS 1.3 counting as 1.3; undefined if no such version exists. */
export function versionName(code: number): VersionName | undefined {
  return names.get(code) ?? (isTls13(code) ? tls13 : undefined);
}

/** TLS 1.3, its drafts (0x7f and the number of the draft) and the experiments of 2017 in its place (0x7e01 ...). */
export function isTls13(code: number): boolean {
  return code === Version.tls13 || code === Version.dtls13 || code >> 8 === 0x7f || code >> 8 === 0x7e;
}

/** `draft-23`, or undefined for a published version. */
export function draftName(code: number): string | undefined {
  if (code >> 8 === 0x7f) return `draft-${code & 0xff}`;
  if (code >> 8 === 0x7e) return `experiment-${code & 0xff}`;
  return undefined;
}
