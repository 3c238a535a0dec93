import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import type { DissectionOptions } from '@orbweaver/command/dissection/options.ts';
import { addSummary, emptySummary, type DissectionSummary } from '@orbweaver/command/dissection/summary.ts';
import { FrameList, frameMemory } from '@orbweaver/command/partitions/frame-list.ts';
import { CaptureParser } from '@orbweaver/packet/pcap/capture-parser.ts';
import { chunkLength } from '@orbweaver/packet/pcap/gather.ts';
import { CaptureError } from '@orbweaver/packet/pcap/read-error.ts';
import { LineMerge, type LinesOut } from './line-merge.ts';
import { placeCount, type Answer, type LineRoom, type ThreadInput, type ToThread } from './messages.ts';

/** Bytes of a piece of the capture at most: some thousand packets, whose conversations can be taken one after the other. */
const defaultPieceLength = chunkLength;

/** A thread ended before its work did: the process cannot go on with the others. */
export class ThreadError extends Error {}

/** The file lies beside this one, in the sources and when built. */
const script = new URL(import.meta.url.endsWith('.ts') ? './analysis-thread.ts' : './analysis-thread.js', import.meta.url);

/**
 * One capture analysed by threads beside the one that reads it. All of them are shown the whole capture, a piece at a time, and each takes the packets of its own conversations; this thread
 * reads, tells where frames lie and whose they are, puts the threads' lines in order and hands them to `out`. Once `isRead` is false nobody wants any more of it.
 */
export class ThreadedAnalysis {
  isRead = true;
  readonly #threads: readonly Worker[];
  readonly #pieceLength: number;
  readonly #parser = new CaptureParser();
  /** Where pieces come to lie, in turn. */
  readonly #places: readonly FrameList[];
  readonly #merge: LineMerge;
  /** By thread: pieces that it has answered. */
  readonly #answered: number[];
  /** By thread: where the lines of its answers lie. */
  readonly #rooms: LineRoom[][];
  /** Pieces that were handed over. */
  #pieces = 0;
  #hasEnded = false;
  readonly #hasResult: boolean[];
  readonly #summary = emptySummary();
  #failure: Error | undefined;
  #wake: () => void = () => undefined;

  /** `out` returns false once nobody reads. */
  constructor(
    threads: number,
    options: DissectionOptions,
    out: (...lines: Parameters<LinesOut>) => boolean,
    pieceLength = defaultPieceLength,
  ) {
    this.#pieceLength = pieceLength;
    const places = Array.from({ length: placeCount }, () => frameMemory(pieceLength));
    this.#places = places.map((memory) => new FrameList(memory));
    this.#merge = new LineMerge(
      threads,
      (...lines) => {
        if (this.isRead) this.isRead = out(...lines);
      },
      (thread, step) => {
        if (this.#hasEnded && step === this.#pieces) this.#tell(thread, { kind: 'taken' });
      },
    );
    this.#answered = new Array<number>(threads).fill(0);
    this.#rooms = Array.from({ length: threads }, () => []);
    this.#hasResult = new Array<boolean>(threads).fill(false);
    // Where every core has its thread, one that compiles beside them only holds them up in their slow code. Isolates that begin from now on do it in turn.
    if (threads >= availableParallelism()) setFlagsFromString('--no-concurrent-recompilation');
    const ports = portsBetween(threads);
    this.#threads = ports.map((others, thread) => this.#start({ thread, threads, places, others, options }));
  }

  get records(): number {
    return this.#merge.lines;
  }

  /**
   * Takes the capture to its end, or as far as it can be read. `afterChunk` is called now and then.
   * Throws a `ThreadError`, and what `out` throws.
   */
  async run(
    chunks: AsyncIterable<Uint8Array>,
    afterChunk: () => void,
  ): Promise<{ summary: DissectionSummary; problem: string | undefined }> {
    try {
      const error = await this.#read(chunks, afterChunk);
      this.#hasEnded = true;
      for (const thread of this.#threads.keys()) this.#tell(thread, { kind: 'end' });
      while (this.isRead && !this.#hasResult.every(Boolean)) {
        await this.#change();
        afterChunk();
      }
      return { summary: this.#summary, problem: error?.message };
    } finally {
      await Promise.all(this.#threads.map((thread) => thread.terminate()));
    }
  }

  async #read(chunks: AsyncIterable<Uint8Array>, afterChunk: () => void): Promise<CaptureError | undefined> {
    try {
      for await (const chunk of chunks) {
        let goesOn = true;
        for (let at = 0; goesOn && at < chunk.length; at += this.#pieceLength) {
          goesOn = await this.#handOver(chunk.subarray(at, at + this.#pieceLength));
        }
        afterChunk();
        this.#throwFailure();
        if (!this.isRead) return undefined;
        if (!goesOn) break;
      }
    } catch (error) {
      if (error instanceof CaptureError) return error;
      throw error;
    }
    return this.#parser.finish();
  }

  /** Pieces that some thread has not answered yet. */
  get #underWay(): number {
    return this.#pieces - Math.min(...this.#answered);
  }

  /** Hands a piece to all threads, and waits until there is a place for the next one. Returns false if nothing behind it can be read. */
  async #handOver(piece: Uint8Array): Promise<boolean> {
    const place = this.#pieces % placeCount;
    const list = this.#places[place]!;
    const goesOn = list.read(piece, this.#parser);
    for (const thread of this.#threads.keys()) this.#tell(thread, { kind: 'piece', place, frames: list.count });
    this.#pieces++;
    while (this.#underWay === placeCount) await this.#change();
    return goesOn;
  }

  #start(input: ThreadInput): Worker {
    const worker = new Worker(script, { workerData: input, transferList: [...input.others] });
    worker.on('message', (answer: Answer) => {
      try {
        this.#take(input.thread, answer);
      } catch (error) {
        this.#failure ??= error as Error;
      }
      this.#wake();
    });
    worker.on('error', (error: Error) => this.#fail(`failed: ${error.message}`));
    worker.on('exit', (code) => {
      if (!this.#hasResult[input.thread]!) this.#fail(`ended with code ${code}`);
    });
    return worker;
  }

  #fail(reason: string): void {
    this.#failure ??= new ThreadError(`a thread of the analysis ${reason}`);
    this.#wake();
  }

  #tell(thread: number, message: ToThread): void {
    this.#threads[thread]!.postMessage(message);
  }

  /** Waits for a thread to say something. */
  async #change(): Promise<void> {
    this.#throwFailure();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #take(thread: number, { lines, place, room, summary }: Answer): void {
    const step = this.#answered[thread]!;
    const isOfPiece = step < this.#pieces;
    if (isOfPiece) this.#answered[thread] = step + 1;
    if (room !== undefined) this.#rooms[thread]![place] = room;
    this.#merge.add(thread, step, { count: lines, ...this.#rooms[thread]![place]! }, !isOfPiece && summary === undefined);
    if (summary === undefined) return;
    this.#merge.end(thread);
    this.#hasResult[thread] = true;
    addSummary(this.#summary, summary);
  }
}

/** For each thread, a port to each of the others. */
function portsBetween(threads: number): MessagePort[][] {
  const ports: MessagePort[][] = Array.from({ length: threads }, () => []);
  for (let thread = 0; thread < threads; thread++)
    for (let other = 0; other < thread; other++) {
      const { port1, port2 } = new MessageChannel();
      ports[thread]!.push(port1);
      ports[other]!.push(port2);
    }
  return ports;
}
