import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { formatSessionEnd, type SessionName } from '@orbweaver/contracts/topics/session-end.ts';
import { encodeToldNames, type ToldAnswer, type ToldNames } from '@orbweaver/contracts/topics/told-names.ts';
import { nameAnswers } from '../enrichment/names/answers.ts';
import type { SessionAnalysis } from './session-analysis.ts';

/** Answers of one message, about 120 bytes each. */
const answersLimit = 8192;

/** The DNS answers among the records of a partition, by session, and how far each session is: what the names of all partitions' records are made of. */
export class NamesTold {
  readonly #partition: number;
  readonly #send: (message: Uint8Array) => void;
  #sessions = new Map<string, { session: SessionName; isReplayable: boolean; tick: number | null | undefined; answers: ToldAnswer[] }>();
  #answers = 0;

  constructor(partition: number, send: (message: Uint8Array) => void) {
    this.#partition = partition;
    this.#send = send;
  }

  record(record: TrafficRecord, of: SessionAnalysis): void {
    for (const { client, address, name, at, until } of nameAnswers(record)) {
      this.#of(of.session, of.session.isReplayable).answers.push([client, address, name, at, until, of.tick]);
      if (++this.#answers >= answersLimit) this.flush();
    }
  }

  /** Everything up to this tick was a `record`; `null`: nothing more will come of the session. */
  reached(session: SessionName, isReplayable: boolean, tick: number | null): void {
    this.#of(session, isReplayable).tick = tick;
  }

  flush(): void {
    if (this.#sessions.size === 0) return;
    const told = [...this.#sessions.values()].map(({ session, isReplayable, tick, answers }): ToldNames => {
      const { source, startedSeconds, startedNanos } = session;
      const name = { source, startedSeconds, startedNanos };
      return { session: name, isReplayable, partition: this.#partition, ...(tick === undefined ? {} : { tick }), answers };
    });
    this.#sessions = new Map();
    this.#answers = 0;
    this.#send(encodeToldNames(told));
  }

  #of(session: SessionName, isReplayable: boolean) {
    const key = formatSessionEnd(session);
    let found = this.#sessions.get(key);
    if (found === undefined) this.#sessions.set(key, (found = { session, isReplayable, tick: undefined, answers: [] }));
    return found;
  }
}
