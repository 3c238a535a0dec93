import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startService, type Service } from '@orbweaver/testing/processes/service.ts';
import { freePort } from '@orbweaver/testing/stack/ports.ts';
import { addressesOf, settingsFor, type Stack, type StackServer } from '@orbweaver/testing/stack/stack.ts';

/** Services that read what the one before has written: each goes on with the work of one that was killed. */
export const groups = ['dissector', 'enricher', 'index-writer'] as const;
export type Group = (typeof groups)[number];
/** And those that people speak to. */
export const standing = [...groups, 'control-api', 'search-api'] as const;
export type Standing = (typeof standing)[number];
export const servers = ['kafka', 'elasticsearch', 'redis'] as const;

/** Fewer than a cluster has: there is less to share out, and it is shared out faster. */
const partitions = '4';
/** Milliseconds for a whisperer to be found at work, and between two looks. */
const whispererPatience = 300_000;
const lookInterval = 20;

/** Of each service, as the environment gives them. */
type Settings = Readonly<Record<Standing | 'whisperer', Readonly<Record<string, string>>>>;

/** Real servers, and the services between them that captures go through. */
export class Cluster {
  readonly stack: Stack;
  readonly controlPort: number;
  readonly searchPort: number;
  readonly #settings: Settings;
  readonly #services = new Map<string, Service>();
  /** Those that were told to end: any other that ends has failed. */
  readonly #told = new Set<Service>();
  #whisperer: Service | undefined;
  /** Someone waits for one, however much there is to do. */
  isWhispererWanted = false;
  #isOver = false;

  private constructor(stack: Stack, ports: readonly [number, number], settings: Settings) {
    this.stack = stack;
    [this.controlPort, this.searchPort] = ports;
    this.#settings = settings;
  }

  /** `folder` is for what the control-api keeps. */
  static async open(stack: Stack, folder: string): Promise<Cluster> {
    const [control, search] = [await freePort(), await freePort()];
    const data = join(folder, 'control-api');
    const everyone = { ...settingsFor(await addressesOf(stack)), LOG_FORMAT: 'json' };
    const all = { ...everyone, KAFKA_SESSION_TIMEOUT: '6s' };
    return new Cluster(stack, [control, search], {
      // As `orbweaver analyze`, it masks nothing here.
      dissector: { ...all, REDACTION: 'false', KEEP_BODIES: 'off', CHECKPOINT_INTERVAL: '500ms' },
      enricher: all,
      'index-writer': all,
      'control-api': { ...all, PORT: String(control), DATA: data, FRAMES_PARTITIONS: partitions },
      'search-api': { ...everyone, PORT: String(search), TOKEN_PUBLIC_KEY: join(data, 'keys/public-key.pem') },
      whisperer: { ...all, FRAMES_PARTITIONS: partitions, QUEUE_BYTES: '1MiB' },
    });
  }

  server(name: (typeof servers)[number]): Promise<StackServer> {
    return this.stack.server(name);
  }

  /** `place` tells several of one kind apart. */
  async start(name: Standing, place: string): Promise<Service> {
    const service = await startService(name, this.#settings[name]);
    this.#services.set(`${name} ${place}`, service);
    return service;
  }

  /** Resolves to its exit status. */
  async end(name: Standing, place: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const service = this.#services.get(`${name} ${place}`)!;
    this.#services.delete(`${name} ${place}`);
    return this.#end(service, signal);
  }

  /** Sends a capture to its end, however often the whisperer is killed at it. */
  async send(file: string): Promise<void> {
    while (!this.#isOver) {
      const whisperer = (this.#whisperer = await startService('whisperer', this.#settings.whisperer, [file]));
      const status = await whisperer.ended();
      if (status === 0) return;
      if (!this.#told.has(whisperer)) throw new Error(`the whisperer ended with ${status}:\n${whisperer.output}`);
    }
  }

  /** Kills the whisperer while it reads, or as soon as it does. Resolves to the frames that it had read, as last seen. */
  async killWhisperer(): Promise<number> {
    this.isWhispererWanted = true;
    for (const end = Date.now() + whispererPatience; Date.now() < end; await wait(lookInterval)) {
      const whisperer = this.#whisperer;
      if (!whisperer?.isRunning) continue;
      this.isWhispererWanted = false;
      const frames = await whisperer.metric('(?:orbweaver_)?whisperer_frames_total').catch(() => 0);
      if (!(frames > 0) || !whisperer.isRunning) continue;
      await this.#end(whisperer, 'SIGKILL');
      return frames;
    }
    throw new Error(`no whisperer has read anything for ${whispererPatience / 1000} s`);
  }

  /** Throws with its output if a service has ended by itself. */
  mustBeWell(): void {
    for (const service of this.#services.values())
      if (!service.isRunning && !this.#told.has(service)) throw new Error(`${service.name} has ended by itself:\n${service.output}`);
  }

  /** Resolves once each of those that were started first says that it is ready. */
  async ready(): Promise<void> {
    for (const service of this.#services.values()) await service.ready();
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
    this.#isOver = true;
    if (this.#whisperer !== undefined) await this.#end(this.#whisperer, 'SIGKILL');
    for (const service of this.#services.values()) await this.#end(service, 'SIGKILL');
  }

  get outputs(): ReadonlyMap<string, string> {
    const all = this.#whisperer === undefined ? [] : [['whisperer', this.#whisperer] as const];
    return new Map([...this.#services, ...all].map(([key, { output }]) => [key, output]));
  }

  #end(service: Service, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    this.#told.add(service);
    return service.end(signal);
  }
}
