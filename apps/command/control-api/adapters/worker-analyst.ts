import { Worker } from 'node:worker_threads';
import type { AnalysisJob, AnalysisResult, AnalysisSink, Analyst } from '@orbweaver/command/imports/analyst.ts';
import type { FromWorker, ToWorker, WorkerInput } from './analysis-messages.ts';

/** Runs each analysis in a worker thread of its own: the main thread never blocks, and nothing of it stays when it ends. */
export class WorkerAnalyst implements Analyst {
  private readonly script: URL;
  private readonly settings: Omit<WorkerInput, 'job'>;

  constructor(script: URL, settings: Omit<WorkerInput, 'job'>) {
    this.script = script;
    this.settings = settings;
  }

  async analyse(job: AnalysisJob, sink: AnalysisSink, signal: AbortSignal): Promise<AnalysisResult> {
    signal.throwIfAborted();
    const worker = new Worker(this.script, { workerData: { job, ...this.settings } satisfies WorkerInput });
    /** Batches are handed on one behind the other; nothing is under way any more when this has resolved. */
    let handedOn: Promise<unknown> = Promise.resolve();
    try {
      return await new Promise<AnalysisResult>((resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
        worker.on('error', reject);
        worker.on('exit', (code) => {
          reject(new Error(`the analysis ended with code ${String(code)}`));
        });
        worker.on('message', (message: FromWorker) => {
          if (message.kind === 'progress') sink.progress(message.progress);
          else if (message.kind === 'done') resolve(message.result);
          else {
            handedOn = handedOn
              .then(() => sink.batch(message.ndjson))
              .then(() => {
                worker.postMessage('taken' satisfies ToWorker);
              });
            handedOn.catch(reject);
          }
        });
      });
    } finally {
      await worker.terminate();
      await handedOn.catch(() => undefined);
    }
  }
}
