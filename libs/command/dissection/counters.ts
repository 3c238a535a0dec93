/** Reasons for giving a stream up that are told apart; further ones count under `other`. */
const reasonLimit = 64;

/** What happened to the packets and flows of one dissection, beyond what the decoder counts. */
export class DissectionCounters {
  /** Packets counted into flows; one inside a tunnel is counted in its flow and the outer one in its own. */
  inFlows = 0;
  /** Of those, the ones that came out of tunnels. */
  unwrapped = 0;
  /** Sum of `flow.missed_bytes`. */
  missedBytes = 0;
  /** Datagrams and stream bytes that came before a protocol was recognised and were too many to keep. */
  undetectedBytes = 0;
  /** Conversations that were read no further since too many went on. */
  conversationsLetGo = 0;
  readonly records = new Map<string, number>();
  readonly abandoned = new Map<string, number>();

  addRecord(dataset: string): void {
    this.records.set(dataset, (this.records.get(dataset) ?? 0) + 1);
  }

  addAbandoned(protocol: string, reason: string): void {
    const key = `${protocol}: ${reason}`;
    const known = this.abandoned.has(key) || this.abandoned.size < reasonLimit ? key : 'other';
    this.abandoned.set(known, (this.abandoned.get(known) ?? 0) + 1);
  }
}
