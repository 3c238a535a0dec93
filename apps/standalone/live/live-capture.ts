import { fork, type ChildProcess } from 'node:child_process';
import type { Writer } from '@orbweaver/command/indexing/writer.ts';
import type { StatusAnswer } from '@orbweaver/contracts/http/status.ts';
import { withoutPort } from './own-traffic.ts';
import type { FromLive, LiveCounts, LiveJob, ToLive } from './messages.ts';

/** Milliseconds in which the records of a batch become visible. */
const flushInterval = 1000;

export interface LiveEvents {
  /** It cannot capture, or not any more; why, and what to do. */
  failed(message: string): void;
}

/** Captures live through a process of its own and hands the records to the writer. */
export class LiveCapture {
  private readonly job: LiveJob;
  private readonly writer: Writer;
  private readonly events: LiveEvents;
  private readonly child: ChildProcess;
  private readonly since = new Date().toISOString();
  private readonly exited: Promise<void>;
  private readonly flushing: NodeJS.Timeout;
  private counts: LiveCounts = { packets: 0, dropped: {} };
  private lost = 0;
  private message: string | undefined;
  private handedOn: Promise<unknown> = Promise.resolve();
  private unflushed = false;
  private stopping = false;

  /** `script` is the file of the capturing process; it waits for `begin`. */
  constructor(script: URL, job: LiveJob, writer: Writer, events: LiveEvents) {
    this.job = job;
    this.writer = writer;
    this.events = events;
    this.child = fork(script, {
      execArgv: [...process.execArgv, '--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.exited = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        if (!this.stopping && this.message === undefined) this.fail(`the capturing process ended (${signal ?? String(code)})`);
        resolve();
      });
      this.child.once('error', (error) => {
        this.fail(`the capturing process could not be started: ${error.message}`);
        resolve();
      });
    });
    this.child.on('message', (message: FromLive) => {
      this.take(message);
    });
    this.flushing = setInterval(() => {
      if (!this.unflushed) return;
      this.unflushed = false;
      this.writer.flush().catch((error: unknown) => {
        this.unflushed = true;
        this.message = String(error);
      });
    }, flushInterval);
  }

  /** Starts to capture, all but what goes through the server's own port. */
  begin(ownPort: number): void {
    this.tell({ kind: 'start', job: { ...this.job, filter: withoutPort(this.job.filter, ownPort) } });
  }

  status(): NonNullable<StatusAnswer['live']> {
    const { packets, dropped } = this.counts;
    return {
      interface: this.job.interface,
      packets,
      dropped: Object.values(dropped).reduce((sum, count) => sum + count, 0),
      since: this.since,
      ...(this.message === undefined ? {} : { message: this.message }),
    };
  }

  /** Packets that were lost, by where. */
  get dropped(): Readonly<Record<string, number>> {
    return this.counts.dropped;
  }

  /** Records that the store did not take. */
  get lostBatches(): number {
    return this.lost;
  }

  /** Ends every open flow and stores what comes of it. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.child.connected) this.tell({ kind: 'stop' });
    await this.exited;
    await this.handedOn;
    clearInterval(this.flushing);
  }

  /** Ends the process without asking. */
  kill(): void {
    this.stopping = true;
    clearInterval(this.flushing);
    this.child.kill('SIGKILL');
  }

  private take(message: FromLive): void {
    if (message.kind === 'counts') this.counts = message.counts;
    else if (message.kind === 'failed') this.fail(message.message);
    else if (message.kind === 'batch') this.handedOn = this.handedOn.then(() => this.store(message.ndjson));
  }

  /** A batch that the store refuses is lost, and said to be: what is captured live cannot be read again. */
  private async store(ndjson: Uint8Array): Promise<void> {
    try {
      await this.writer.append(ndjson);
      this.unflushed = true;
    } catch (error) {
      this.lost++;
      this.message = `records are lost: ${error instanceof Error ? error.message : String(error)}`;
    }
    this.tell({ kind: 'taken' });
  }

  private fail(message: string): void {
    this.message = message;
    this.events.failed(message);
  }

  private tell(message: ToLive): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }
}
