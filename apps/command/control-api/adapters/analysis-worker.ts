import { parentPort, workerData } from 'node:worker_threads';
import { analyseFile } from '@orbweaver/command/imports/analyse-file.ts';
import { Credit } from '@orbweaver/command/imports/credit.ts';
import { Redactor } from '@orbweaver/command/policies/redactor.ts';
import { captureSegment } from '@orbweaver/platform/content/content-id.ts';
import { IeeeRegistry } from '@orbweaver/platform/mac-vendors/ieee-registry.ts';
import { FileContent } from '@orbweaver/platform/content/file-content.ts';
import { maxBatchesUnderWay, type FromWorker, type WorkerInput } from './analysis-messages.ts';

/** Milliseconds between two reports of progress. */
const reportInterval = 200;

const port = parentPort;
if (port === null) throw new Error('this is a worker: it is started with a job');
const { job, redaction, content } = workerData as WorkerInput;
const credit = new Credit(maxBatchesUnderWay);
const redactor = new Redactor(redaction);
let reported = 0;

const send = (message: FromWorker, transfer: ArrayBuffer[] = []) => {
  port.postMessage(message, transfer);
};
port.on('message', () => {
  credit.taken();
});

const result = await analyseFile(job, {
  redactor,
  credit,
  vendors: new IeeeRegistry(),
  content: new FileContent({
    ...content,
    segment: captureSegment(job.capture),
    whenFull: 'drop-oldest',
    redact: (bytes) => redactor.redactContent(bytes),
  }),
  post: (ndjson) => {
    send({ kind: 'batch', ndjson }, [ndjson.buffer as ArrayBuffer]);
  },
  progress: (progress) => {
    const now = performance.now();
    if (now - reported < reportInterval) return;
    reported = now;
    send({ kind: 'progress', progress });
  },
});
send({ kind: 'done', result });
port.close();
