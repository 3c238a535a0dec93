/** Handshake message numbers (IANA TLS HandshakeType). */
export const MessageType = {
  helloRequest: 0,
  clientHello: 1,
  serverHello: 2,
  helloVerifyRequest: 3,
  newSessionTicket: 4,
  endOfEarlyData: 5,
  /** Of the drafts of TLS 1.3 only; the standard's is a ServerHello. */
  helloRetryRequest: 6,
  encryptedExtensions: 8,
  requestConnectionId: 9,
  newConnectionId: 10,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
  certificateUrl: 21,
  certificateStatus: 22,
  supplementalData: 23,
  keyUpdate: 24,
  compressedCertificate: 25,
} as const;

const known = new Set<number>(Object.values(MessageType));

export function isMessageType(type: number): boolean {
  return known.has(type);
}

/** Messages whose body is read; of the others it matters only that they came. */
export function isReadMessage(type: number): boolean {
  return (
    type === MessageType.clientHello ||
    type === MessageType.serverHello ||
    type === MessageType.certificate ||
    type === MessageType.serverKeyExchange
  );
}
