/** Bytes of a chunk: some thousand packets, whose conversations can be taken one after the other. */
export const chunkLength = 2 * 1024 * 1024;

/** Milliseconds that the first byte of a chunk waits for others: who follows a pipe does not notice, and a busy one has filled the chunk long before. */
const patience = 10;

/**
 * Puts the small pieces that a pipe gives together to chunks of up to two MiB, each valid until the next one is asked for. What came before an error goes out before
 * it. `abandon` is called if nobody wants the piece any more that is being waited for: it may end the waiting.
 */
export async function* gather(pieces: AsyncIterable<Uint8Array>, abandon?: () => void): AsyncGenerator<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  const chunk = Buffer.allocUnsafeSlow(chunkLength);
  let length = 0;
  let next: Promise<Next> | undefined;
  let deadline: Deadline | undefined;
  const take = (): Uint8Array => {
    deadline?.cancel();
    deadline = undefined;
    const taken = chunk.subarray(0, length);
    length = 0;
    return taken;
  };
  try {
    for (;;) {
      next ??= outcome(iterator.next());
      const came = await (deadline === undefined ? next : Promise.race([next, deadline.passed]));
      if (came === 'late') {
        yield take();
        continue;
      }
      next = undefined;
      if (came.piece === undefined || came.piece.length > chunkLength - length) {
        if (length > 0) yield take();
        if (came.error !== undefined) throw came.error;
        if (came.piece === undefined) return;
      }
      if (came.piece.length > chunkLength) {
        yield came.piece;
        continue;
      }
      chunk.set(came.piece, length);
      length += came.piece.length;
      deadline ??= new Deadline();
    }
  } finally {
    deadline?.cancel();
    if (next !== undefined) abandon?.();
    await iterator.return?.();
  }
}

/** A piece, or the end, or an error instead of it. */
interface Next {
  readonly piece: Uint8Array | undefined;
  readonly error: Error | undefined;
}

/** Never rejects, since nobody may be waiting. */
async function outcome(next: Promise<IteratorResult<Uint8Array>>): Promise<Next> {
  try {
    const { done, value } = await next;
    return { piece: done === true ? undefined : (value as Uint8Array), error: undefined };
  } catch (error) {
    return { piece: undefined, error: error as Error };
  }
}

class Deadline {
  readonly passed: Promise<'late'>;
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.passed = new Promise((resolve) => {
      this.#timer = setTimeout(resolve, patience, 'late');
    });
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }
}
