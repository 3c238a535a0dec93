/** What the client's next octets are. */
export const Reading = {
  commands: 0,
  /** Not known before the server has answered: a text, a sign-in, TLS, or commands. */
  waiting: 1,
  /** The same where no answer is to be expected: told by what they look like. */
  guessing: 2,
  text: 3,
  chunk: 4,
  /** An answer to a challenge. */
  response: 5,
  /** Behind a sign-in without answers: all but what is surely a command may be a secret. */
  secret: 6,
  /** The rest of a line that a hole has torn. */
  torn: 7,
  tls: 8,
  /** Commands behind what a lax server takes for the end of the text: the answers tell whether they are content. */
  contested: 9,
} as const;
export type Reading = (typeof Reading)[keyof typeof Reading];
