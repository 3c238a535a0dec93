import { Credit } from '@orbweaver/command/imports/credit.ts';
import { RecordBatches } from '@orbweaver/command/imports/record-batches.ts';
import { Enrichment } from '@orbweaver/command/enrichment/enrichment.ts';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { IeeeRegistry } from '@orbweaver/platform/mac-vendors/ieee-registry.ts';
import { Dissector } from '@orbweaver/command/dissection/dissector.ts';
import { Redactor } from '@orbweaver/command/policies/redactor.ts';
import { liveTimeouts } from '@orbweaver/packet/flow/timeouts.ts';
import { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { hourSegment } from '@orbweaver/platform/content/content-id.ts';
import { FileContent } from '@orbweaver/platform/content/file-content.ts';
import { explainOpenError, linkTypes, loadCap } from '@orbweaver/platform/capture/cap.ts';
import type { FromLive, LiveJob, ToLive } from './messages.ts';
import { KernelDrops } from '@orbweaver/platform/capture/kernel-drops.ts';
import { PacketClock } from '@orbweaver/platform/capture/packet-clock.ts';
import { wireLength } from '@orbweaver/platform/capture/wire-length.ts';

/**
 * A process of its own that captures and dissects: the binding only works on the main thread, and a burst of packets must not hold up anything else.
 */

/** Batches under way; while there are so many, packets are dropped and counted. */
const maxBatchesUnderWay = 16;
/** Bytes of one packet: more than the binding ever takes. */
const packetBuffer = 256 * 1024;
/** Milliseconds between two looks at what can be sent. */
const tick = 500;
/** Flows that are ended at a time when it stops. */
const flowsAtATime = 1000;

const send = (message: FromLive) => process.send?.(message);
const credit = new Credit(maxBatchesUnderWay);
let stop: (() => Promise<void>) | undefined;

process.on('message', (message: ToLive) => {
  if (message.kind === 'taken') credit.taken();
  else if (message.kind === 'stop') void (stop?.() ?? Promise.resolve()).then(() => process.disconnect?.());
  else start(message.job);
});
// Whoever started it is gone: nobody is left to send records to.
process.on('disconnect', () => process.exit());
// A signal for the whole terminal: the one who started it decides.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

function start(job: LiveJob): void {
  try {
    stop = capture(job);
    send({ kind: 'started' });
  } catch (error) {
    send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    process.disconnect?.();
  }
}

function capture(job: LiveJob): () => Promise<void> {
  const { Cap } = loadCap();
  const redactor = new Redactor(job.redaction);
  const redact = (bytes: Uint8Array) => redactor.redactContent(bytes);
  const content = new FileContent({ ...job.content, segment: () => hourSegment(new Date()), whenFull: 'drop-oldest', redact });
  const batches = new RecordBatches(redactor, (ndjson) => {
    // A record never names content that a crash could still take.
    content.flush();
    credit.sent();
    send({ kind: 'batch', ndjson });
  });
  const observer = { name: 'live', hostname: job.hostname, interface: job.interface };
  const enrichment = new Enrichment(new IeeeRegistry());
  const emit = (record: TrafficRecord) => {
    enrichment.take(record);
    batches.emit(record);
  };
  const dissector = new Dissector({ emit }, { observer, content, timeouts: { ...liveTimeouts, active: job.activeTimeout } });
  const clock = new PacketClock();
  // The binding writes into it without holding on to it: this reference has to live as long as the capture does.
  const buffer = Buffer.alloc(packetBuffer);
  const frame = new Frame();
  frame.bytes = buffer;
  let packets = 0;
  let dropped = 0;
  let seconds = 0;

  const cap = new Cap();
  cap.on('packet', (length) => {
    if (credit.isFull) {
      dropped++;
      return;
    }
    clock.read();
    frame.end = length;
    frame.originalLength = wireLength(buffer, length, frame.linkType);
    frame.seconds = clock.seconds;
    frame.nanos = clock.nanos;
    frame.number = ++packets;
    dissector.frame(frame);
  });
  frame.linkType = open(cap, job, buffer, () => Cap.deviceList().map(({ name }) => name));
  frame.interfaceName = job.interface;
  const kernelDrops = KernelDrops.open();
  const sendCounts = () => send({ kind: 'counts', counts: { packets, dropped: { queue: dropped, ...kernelDrops?.counter() } } });

  const timer = setInterval(() => {
    clock.read();
    // A mark of time, so that flows of a quiet interface end too.
    if (!credit.isFull && clock.seconds > seconds) dissector.table.advance(clock.seconds);
    seconds = clock.seconds;
    batches.flush();
    sendCounts();
  }, tick);

  return async () => {
    clearInterval(timer);
    kernelDrops?.close();
    cap.close();
    while (!dissector.finish(flowsAtATime)) await credit.room();
    batches.flush();
    content.close();
    await credit.empty();
    sendCounts();
    send({ kind: 'stopped' });
  };
}

function open(
  cap: { open(device: string, filter: string, size: number, buffer: Buffer): string },
  job: LiveJob,
  buffer: Buffer,
  devices: () => string[],
): number {
  let name: string;
  try {
    name = cap.open(job.interface, job.filter, job.bufferBytes, buffer);
  } catch (error) {
    throw new Error(explainOpenError(error, job.interface, devices()), { cause: error });
  }
  const linkType = linkTypes[name];
  if (linkType === undefined) throw new Error(`cannot read packets of ${job.interface}: its link type is ${name}`);
  return linkType;
}
