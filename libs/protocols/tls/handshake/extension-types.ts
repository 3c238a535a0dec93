/** Extension numbers that are read here (IANA TLS ExtensionType Values). */
export const Extension = {
  serverName: 0,
  supportedGroups: 10,
  ecPointFormats: 11,
  signatureAlgorithms: 13,
  alpn: 16,
  sessionTicket: 35,
  keyShareDraft: 40,
  preSharedKey: 41,
  earlyData: 42,
  supportedVersions: 43,
  keyShare: 51,
  nextProtocol: 13172,
  encryptedClientHello: 0xfe0d,
} as const;

/** Extensions of one hello that are read; more than any registry holds. A hello with more is not fingerprinted. */
export const maximumExtensions = 256;

/** Type and length. Fewer bytes at the end of the list are no extension; some stacks leave them. */
export const extensionHeaderBytes = 4;
