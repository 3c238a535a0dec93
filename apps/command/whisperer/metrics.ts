import { Counter, Gauge, type Registry } from 'prom-client';
import type { FrameSender } from '@orbweaver/command/capture/frame-sender.ts';
import type { Source } from '@orbweaver/command/capture/source.ts';

/** What is counted elsewhere is read when someone asks. */
export function registerMetrics(register: Registry, sender: FrameSender, sources: readonly Source[]): void {
  const registers = [register];
  const total = (name: string, help: string, read: () => number) =>
    new Counter({
      ...{ name, help, registers },
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  const sum = (counter: string) => sources.reduce((all, source) => all + (source.counters()[counter] ?? 0), 0);
  total('whisperer_frames_total', 'Frames that were read.', () => sum('frames'));
  total('whisperer_packets_total', 'Packets that were given to partitions, those inside tunnels too.', () => sum('packets'));
  total('whisperer_not_ip_total', 'Frames that are not IP.', () => sum('not_ip'));
  total('whisperer_batches_total', 'Batches that Kafka has acknowledged.', () => sender.batches);
  total('whisperer_batch_bytes_total', 'Bytes of those batches.', () => sender.bytes);
  total('whisperer_batches_refused_total', 'Batches that Kafka will never take.', () => sender.refused);
  for (const [kind, help] of [
    ['refused', 'Frames that were refused, by reason.'],
    ['dropped', 'Packets that were dropped, by where.'],
  ] as const)
    new Counter({
      ...{ name: `whisperer_${kind}_total`, help, labelNames: ['reason'], registers },
      collect() {
        this.reset();
        for (const source of sources)
          for (const [name, value] of Object.entries(source.counters()))
            if (name.startsWith(`${kind}.`)) this.inc({ reason: name.slice(kind.length + 1) }, value);
      },
    });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read());
      },
    });
  gauge('whisperer_queue_bytes', 'Bytes of batches that wait for Kafka.', () => sender.underWay);
  gauge('whisperer_send_seconds', 'From handing the last batch over to its acknowledgment.', () => sender.latency / 1000);
}
