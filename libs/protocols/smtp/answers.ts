import { Verb } from './command.ts';
import type { Reply } from './reply-reader.ts';

/** The server waits for a text, and says so with no other code. */
export const agreement = 354;
/** The server has the whole text, and will answer it for each recipient and then once for all (PRDR, draft-hall-prdr-00, section 3). */
export const perRecipient = 353;

/** Answers to parts of a sign-in (RFC 4954, section 6) and to what is no command: they may repeat what the client said, which may be a secret. */
const echoes: ReadonlySet<number> = new Set([235, 334, 432, 500, 502, 534, 535, 538]);

/** Verbs of lines that may have been secrets. */
const secrets: ReadonlySet<Verb> = new Set([Verb.auth, Verb.authResponse, Verb.unknown, Verb.torn, Verb.dot]);

/** Whether an answer with this code, or to this command, may repeat a secret. */
export const mayEcho = (code: number): boolean => echoes.has(code);
export const mayBeSecret = (verb: Verb): boolean => secrets.has(verb);

/** Whether a server may answer so: some codes belong to one command, and some commands have no other good answer. */
export function fits(verb: Verb, code: number): boolean {
  if (verb === Verb.torn || verb === Verb.dot) return true;
  switch (code) {
    case agreement:
      return verb === Verb.data;
    case 220:
      return verb === Verb.startTls || verb === Verb.other;
    case 221:
      return verb === Verb.quit;
    case 235:
    case 334:
      return verb === Verb.auth || verb === Verb.authResponse;
    default:
      return code >= 400 || (verb !== Verb.data && verb !== Verb.startTls && verb !== Verb.unknown);
  }
}

/** The code and, where there is one, the enhanced status code (RFC 2034): `535 5.7.8 ...` -> `535 5.7.8`. */
export function withoutWords({ code, text }: Reply): Reply {
  let end = 0;
  let points = 0;
  for (; end < text.length && text[end] !== ' '; end++) {
    const isDigit = text[end]! >= '0' && text[end]! <= '9';
    if (text[end] === '.') points++;
    else if (!isDigit) return { code, text: '' };
  }
  return { code, text: points === 2 && end <= 9 ? text.slice(0, end) : '' };
}
