import { matchAny, type Match } from '../sdk/detect-text.ts';
import { methods } from './start-line.ts';

const beginnings = methods.flatMap((method) => [`${method} /`, `${method} http`, `${method} *`]);

/** Octets by which `beginsRequest` has decided. */
export const beginningLimit = Math.max(...beginnings.map((text) => text.length));

/** Whether `[start, end)` begins as a request does, with a known method and what a target begins with: where it may as well be something else altogether. */
export const beginsRequest = (bytes: Uint8Array, start: number, end: number): Match => matchAny(bytes, start, end, beginnings);
