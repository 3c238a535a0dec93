import { fits, perRecipient } from './answers.ts';
import { Verb, verbOf } from './command.ts';
import { DotStuffing } from './dot-stuffing.ts';
import type { Reply } from './reply-reader.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** The server is going away, whatever was asked (RFC 5321, section 3.8). */
const closing = 421;

/** Answers that are kept until they tell; far more come only from a server that has seen commands. */
export const contestLimit = 16;

/**
 * Whether the server has taken an odd end for the end of the text, by what it has answered since the text began. `[start, end)` is what the client has said behind that end. A server
 * that has not done so answers the text once, behind its true end, and then what stands behind that; one that has answers each command in the text as well.
 */
export function isEndTaken(replies: readonly Reply[], bytes: Uint8Array, start: number, end: number): boolean {
  const answers = replies.filter(({ code }) => code !== closing);
  const verbs = verbsBehind(bytes, start, end);
  // With PRDR the text is answered for each recipient.
  if (verbs === undefined || answers[0]?.code === perRecipient) return false;
  const surplus = answers.slice(verbs.length);
  // One refusal may be of nothing that was said: of waiting for too long, or of a text before its end.
  if (surplus.length > 1 || surplus.some(({ code }) => code < 400)) return true;
  return answers.some(({ code }, i) => i > 0 && i < verbs.length && !fits(verbs[i]!, code));
}

/** What is to be answered if the odd end is content: nothing, or the end of the text and the commands behind it. Undefined if that cannot be told. */
function verbsBehind(bytes: Uint8Array, start: number, end: number): Verb[] | undefined {
  const text = new DotStuffing(() => undefined);
  let at = start;
  while (at < end && !text.isOver) at = text.push(bytes, at, end);
  if (!text.isOver) return [];
  const verbs: Verb[] = [Verb.endOfText];
  for (let line = at; at < end; at++) {
    if (bytes[at] !== lineFeed) continue;
    const verb = verbOf(bytes, line, at > line && bytes[at - 1] === carriageReturn ? at - 1 : at);
    verbs.push(verb);
    // What stands behind is a text if the server agrees to it.
    if (verb === Verb.data || verb === Verb.bdat || verbs.length > contestLimit) return undefined;
    line = at + 1;
  }
  return verbs;
}
