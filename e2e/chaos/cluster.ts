import { setTimeout as wait } from 'node:timers/promises';
import { startService, type Service } from '@orbweaver/testing/processes/service.ts';
import { addressesOf, settingsFor, type Stack, type StackServer } from '@orbweaver/testing/stack/stack.ts';

/** Services that keep running: each goes on with the work of one that was killed. */
export const standing = ['dissector', 'enricher', 'index-writer'] as const;
export type Standing = (typeof standing)[number];
export const servers = ['kafka', 'elasticsearch', 'redis'] as const;

/** Fewer than a cluster has: there is less to share out, and it is shared out faster. */
const partitions = 4;

/** Real servers, and the services between them that a capture goes through. */
export class Cluster {
  readonly stack: Stack;
  readonly #file: string;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #services = new Map<string, Service>();
  /** Those that were told to end: any other that ends has failed. */
  readonly #told = new Set<Service>();
  #whisperer: Service | undefined;
  #isSending = false;
  #sending: Promise<void> | undefined;
  /** How often the file was sent to its end. */
  passes = 0;

  private constructor(stack: Stack, file: string, settings: Readonly<Record<string, string>>) {
    this.stack = stack;
    this.#file = file;
    this.#settings = settings;
  }

  static async open(stack: Stack, file: string): Promise<Cluster> {
    return new Cluster(stack, file, {
      ...settingsFor(await addressesOf(stack)),
      KAFKA_SESSION_TIMEOUT: '6s',
      LOG_FORMAT: 'json',
    });
  }

  server(name: (typeof servers)[number]): Promise<StackServer> {
    return this.stack.server(name);
  }

  /** `place` tells several of one kind apart. */
  async start(name: Standing, place: string): Promise<Service> {
    const service = await startService(name, { ...this.#settings, ...own[name] });
    this.#services.set(`${name} ${place}`, service);
    return service;
  }

  /** Resolves to its exit status. */
  async end(name: Standing, place: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const service = this.#services.get(`${name} ${place}`)!;
    this.#services.delete(`${name} ${place}`);
    return this.#end(service, signal);
  }

  /** Sends the file, and again after a rest (milliseconds) when that has ended, however it did, until `lastPass`. */
  send(rest: number): void {
    this.#isSending = true;
    this.#sending = this.#passes(rest);
    this.#sending.catch(() => undefined);
  }

  async killWhisperer(): Promise<void> {
    if (this.#whisperer !== undefined) await this.#end(this.#whisperer, 'SIGKILL');
  }

  /** Resolves once the file was sent to its end and will not be begun again. */
  async lastPass(): Promise<void> {
    this.#isSending = false;
    await this.#sending;
  }

  /** Throws with its output if a service has ended by itself. */
  mustBeWell(): void {
    for (const service of this.#services.values())
      if (!service.isRunning && !this.#told.has(service)) throw new Error(`${service.name} has ended by itself:\n${service.output}`);
  }

  /** Tells all to end; throws if one does not do so in order. */
  async stop(): Promise<void> {
    for (const [key, service] of this.#services) {
      const status = await this.#end(service, 'SIGTERM');
      if (status !== 0) throw new Error(`${key} ended with ${status}:\n${service.output}`);
    }
    this.#services.clear();
  }

  async kill(): Promise<void> {
    this.#isSending = false;
    await this.killWhisperer();
    for (const service of this.#services.values()) await this.#end(service, 'SIGKILL');
  }

  get outputs(): ReadonlyMap<string, string> {
    const all = this.#whisperer === undefined ? [] : [['whisperer', this.#whisperer] as const];
    return new Map([...this.#services, ...all].map(([key, { output }]) => [key, output]));
  }

  async #passes(rest: number): Promise<void> {
    const settings = { ...this.#settings, FRAMES_PARTITIONS: String(partitions), QUEUE_BYTES: '1MiB' };
    for (;;) {
      const whisperer = (this.#whisperer = await startService('whisperer', settings, [this.#file]));
      const status = await whisperer.ended();
      if (status === 0) this.passes++;
      else if (!this.#told.has(whisperer)) throw new Error(`the whisperer ended with ${status}:\n${whisperer.output}`);
      if (!this.#isSending) return;
      await wait(rest);
    }
  }

  #end(service: Service, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    this.#told.add(service);
    return service.end(signal);
  }
}

/** As `orbweaver analyze`, the dissector masks nothing here. */
const own: Readonly<Record<Standing, Readonly<Record<string, string>>>> = {
  dissector: { REDACTION: 'false', KEEP_BODIES: 'off', CHECKPOINT_INTERVAL: '500ms' },
  // Sessions of whisperers that were killed tell no more names.
  enricher: { NAMES_PATIENCE: '20s' },
  'index-writer': {},
};
