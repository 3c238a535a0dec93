import { topics } from '@orbweaver/contracts/topics/topics.ts';
import type { Producer } from '../streaming/bus.ts';

/** Runs the sending of one batch within a trace, with the headers that hand it on. */
export type Traced = (send: (headers: Record<string, string> | undefined) => Promise<void>) => Promise<void>;

/** Hands batches to the bus and knows how much of them is under way. */
export class FrameSender {
  batches = 0;
  bytes = 0;
  /** Batches that the bus refused for good. */
  refused = 0;
  /** Of the last batch that was acknowledged, milliseconds from handing it over. */
  latency = 0;
  readonly #producer: Pick<Producer, 'send'>;
  readonly #limit: number;
  readonly #problem: (message: string) => void;
  readonly #traced: Traced;
  #underWay = 0;
  #waiting: (() => void)[] = [];

  /** `limit` bytes may be under way. `problem` is told why a batch was refused. */
  constructor(
    producer: Pick<Producer, 'send'>,
    limit: number,
    problem: (message: string) => void,
    traced: Traced = (send) => send(undefined),
  ) {
    this.#producer = producer;
    this.#limit = limit;
    this.#problem = problem;
    this.#traced = traced;
  }

  get underWay(): number {
    return this.#underWay;
  }

  get isFull(): boolean {
    return this.#underWay >= this.#limit;
  }

  send(partition: number, batch: Uint8Array): void {
    const started = performance.now();
    this.#underWay += batch.length;
    this.#traced((headers) =>
      this.#producer.send({ topic: topics.frames.name, partition }, [headers === undefined ? { value: batch } : { value: batch, headers }]),
    )
      .then(
        () => {
          this.batches++;
          this.bytes += batch.length;
          this.latency = performance.now() - started;
        },
        (error: unknown) => {
          this.refused++;
          this.#problem(error instanceof Error ? error.message : String(error));
        },
      )
      .finally(() => {
        this.#underWay -= batch.length;
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const resolve of waiting) resolve();
      });
  }

  /** Undefined if there is room, else a promise of some. */
  room(): Promise<void> | undefined {
    return this.isFull ? this.#until(() => !this.isFull) : undefined;
  }

  /** Resolves when everything was acknowledged or refused. */
  empty(): Promise<void> {
    return this.#until(() => this.#underWay === 0);
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
