import { parentPort, workerData } from 'node:worker_threads';
import { Campaign } from './campaign.ts';
import { fileOf } from './input.ts';

/** What the watching thread says at the start. */
export interface WorkerOrders {
  readonly seed: number;
  readonly seconds: number;
  /** Two words: how many analyses have begun, and the length of the input at hand, which follows. */
  readonly shared: SharedArrayBuffer;
}

export type WorkerReport =
  | { readonly kind: 'state'; readonly executions: number; readonly reached: number; readonly known: number; readonly corpus: number }
  | { readonly kind: 'finding'; readonly property: string; readonly message: string; readonly options: object; readonly file: Uint8Array }
  | { readonly kind: 'end' };

/** Milliseconds between two reports. */
const interval = 2000;

const { seed, seconds, shared } = workerData as WorkerOrders;
const words = new Int32Array(shared, 0, 2);
const room = new Uint8Array(shared, 8);
const tell = (report: WorkerReport): void => parentPort?.postMessage(report);

const campaign = new Campaign(seed, {
  trying(input) {
    const file = fileOf(input).subarray(0, room.length);
    room.set(file);
    Atomics.store(words, 1, file.length);
    Atomics.add(words, 0, 1);
  },
  found({ fault, input }) {
    tell({ kind: 'finding', property: fault.property, message: fault.message, options: input.options, file: fileOf(input) });
  },
});

const state = (): void => {
  const { executions, coverage, corpus } = campaign;
  tell({ kind: 'state', executions, reached: coverage.reached, known: coverage.known, corpus: corpus.length });
};

const end = performance.now() + seconds * 1000;
campaign.begin();
let last = 0;
while (performance.now() < end) {
  campaign.batch();
  if (performance.now() - last < interval) continue;
  last = performance.now();
  state();
}
state();
tell({ kind: 'end' });
