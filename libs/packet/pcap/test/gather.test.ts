import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { chunkLength, gather } from '../gather.ts';

const piece = (length: number, value = 1): Uint8Array => new Uint8Array(length).fill(value);

async function* given(pieces: readonly Uint8Array[], error?: Error): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(piece);
  if (error !== undefined) throw error;
}

async function lengths(chunks: AsyncIterable<Uint8Array>): Promise<number[]> {
  const seen: number[] = [];
  for await (const chunk of chunks) seen.push(chunk.length);
  return seen;
}

it('pieces_that_come_at_once_are_one_chunk_until_it_is_full', async () => {
  const pieces = Array.from({ length: 100 }, () => piece(65_536));
  expect(await lengths(gather(given(pieces)))).toEqual([chunkLength, chunkLength, chunkLength, 4 * 65_536]);
});

it('a_piece_that_no_longer_fits_begins_the_next_chunk_and_a_long_one_goes_as_it_is', async () => {
  const pieces = [piece(chunkLength - 1), piece(2), piece(chunkLength + 1), piece(3)];
  expect(await lengths(gather(given(pieces)))).toEqual([chunkLength - 1, 2, chunkLength + 1, 3]);
});

it('the_bytes_are_those_of_the_pieces_in_their_order', async () => {
  const pieces = Array.from({ length: 200 }, (_, i) => piece(30_000 + i, i));
  const seen: Uint8Array[] = [];
  for await (const chunk of gather(given(pieces))) seen.push(Uint8Array.from(chunk));
  expect(Buffer.concat(seen).equals(Buffer.concat(pieces))).toBe(true);
});

it('what_came_before_an_error_goes_out_before_it', async () => {
  const chunks = gather(given([piece(5), piece(6)], new Error('broken')));
  expect((await chunks.next()).value).toHaveLength(11);
  await expect(chunks.next()).rejects.toThrow('broken');
});

it('a_quiet_pipe_gives_what_it_has_brought', async () => {
  const pipe = new PassThrough();
  const chunks = gather(pipe);
  pipe.write(piece(7));
  expect((await chunks.next()).value).toHaveLength(7);
  pipe.write(piece(8));
  pipe.write(piece(9));
  expect((await chunks.next()).value).toHaveLength(17);
  pipe.end();
  expect((await chunks.next()).done).toBe(true);
});

it('a_pipe_that_nobody_reads_any_more_is_abandoned_though_it_is_waited_for', async () => {
  const pipe = new PassThrough();
  pipe.write(piece(7));
  for await (const chunk of gather(pipe, () => pipe.destroy())) {
    expect(chunk).toHaveLength(7);
    break;
  }
  expect(pipe.destroyed).toBe(true);
});
