/** Bytes that the readers of the whole process may hold together for messages that have not come whole; past it such messages are given up. */
export const maximumHeldBytes = 64 * 1024 * 1024;

let held = 0;

/** Counts `bytes` more as held, or fewer if negative. */
export function hold(bytes: number): void {
  held += bytes;
}

export function isFull(): boolean {
  return held > maximumHeldBytes;
}
