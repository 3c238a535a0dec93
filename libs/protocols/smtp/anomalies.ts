/** Shapes that one mail server takes one way and another another way, that the grammar forbids, or that attacks are made of. One bit each; RFC 5321 unless another is named. */
export const Anomaly = {
  /** A line of a command or of the text that ends in LF alone (section 2.3.8). */
  bareLineFeed: 1 << 0,
  /** A CR in the text that no LF follows. */
  bareCarriageReturn: 1 << 1,
  /** A dot on a line by itself, of which a line break is bare: some servers end the text there, others do not. What smuggling of mails is made of (section 4.1.1.4). */
  oddEndOfText: 1 << 2,
  /** Commands in the clear between STARTTLS and its answer (RFC 3207, section 4.2): a server that keeps them carries them out as if they had come encrypted. */
  commandsBehindStartTls: 1 << 3,
  /** Replies in the clear behind the one that turns to TLS: the same against clients. */
  repliesBehindStartTls: 1 << 4,
  /** Mail in the clear where TLS was agreed on: broken, or decrypted before it was captured. */
  clearBehindStartTls: 1 << 5,
  /** The client spoke before it was greeted (section 3.1). */
  spokeBeforeGreeting: 1 << 6,
  /** The text began before the server had agreed to take it (RFC 2920, section 3.1). */
  textBeforeReply: 1 << 7,
  /** BDAT without a size, or with one that is no number (RFC 3030, section 2). */
  invalidChunkSize: 1 << 8,
  /** A command line longer than what is read of one. */
  commandPastLimit: 1 << 9,
  /** The commands of this mail stood in the text of another one, which the server took to end before them, at an odd end. */
  smuggledMail: 1 << 10,
} as const;

const names: readonly (readonly [number, string])[] = [
  [Anomaly.bareLineFeed, 'bare-line-feed'],
  [Anomaly.bareCarriageReturn, 'bare-carriage-return'],
  [Anomaly.oddEndOfText, 'odd-end-of-text'],
  [Anomaly.commandsBehindStartTls, 'commands-behind-starttls'],
  [Anomaly.repliesBehindStartTls, 'replies-behind-starttls'],
  [Anomaly.clearBehindStartTls, 'clear-text-behind-starttls'],
  [Anomaly.spokeBeforeGreeting, 'spoke-before-greeting'],
  [Anomaly.textBeforeReply, 'text-before-reply'],
  [Anomaly.invalidChunkSize, 'invalid-chunk-size'],
  [Anomaly.commandPastLimit, 'command-past-limit'],
  [Anomaly.smuggledMail, 'smuggled-mail'],
];

/** The names of the bits that are set, in the order above. */
export function anomalyNames(bits: number): string[] {
  return names.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name);
}
