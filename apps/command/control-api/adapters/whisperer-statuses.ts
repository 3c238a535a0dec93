import type { WhispererStatus } from '@orbweaver/contracts/topics/whisperer-status.ts';
import type { StatusAnswer } from '@orbweaver/contracts/http/status.ts';

/** Milliseconds without a word after which a whisperer is said to be silent: it speaks every 20 s unless told otherwise. */
const patience = 90e3;
/** Milliseconds after which one that has said nothing, or that it stopped, is forgotten. */
const memory = 3600e3;

/** What whisperers say of themselves, as far as it was heard. */
export class WhispererStatuses {
  /** By name and by what is captured: a host may have a whisperer for each of its interfaces. */
  readonly #latest = new Map<string, WhispererStatus>();

  /** A message of `capture.statuses.v1`; what no whisperer of ours wrote is passed over. */
  hear(message: Uint8Array): void {
    try {
      const status = JSON.parse(new TextDecoder().decode(message)) as WhispererStatus;
      if (typeof status.whisperer !== 'string' || !Array.isArray(status.sources)) return;
      const live = status.sources.filter(({ kind }) => kind === 'live').map(({ name }) => name);
      this.#latest.set(JSON.stringify([status.whisperer, ...live]), status);
    } catch {
      // Not ours.
    }
  }

  /** All live captures as one, and what was lost, by counter. `now` is milliseconds since 1970. */
  summary(now: number): { readonly live?: NonNullable<StatusAnswer['live']>; readonly quality: Record<string, number> } {
    const quality: Record<string, number> = {};
    const live: { name: string; since: string; packets: number; dropped: number; isSilent: boolean }[] = [];
    for (const [key, status] of this.#latest) {
      const silence = now - Date.parse(status.at);
      if (silence > memory) {
        this.#latest.delete(key);
        continue;
      }
      for (const { kind, name: source, counters } of status.sources) {
        for (const [counter, count] of Object.entries(counters))
          if (/^(refused|dropped)\./.test(counter)) quality[`whisperers.${counter}`] = (quality[`whisperers.${counter}`] ?? 0) + count;
        if (kind !== 'live' || status.state !== 'running') continue;
        const dropped = Object.entries(counters).reduce((sum, [counter, count]) => sum + (counter.startsWith('dropped.') ? count : 0), 0);
        const packets = counters['frames'] ?? 0;
        live.push({ name: `${source} of ${status.whisperer}`, since: status.since, packets, dropped, isSilent: silence > patience });
      }
    }
    if (live.length === 0) return { quality };
    const silent = live.filter(({ isSilent }) => isSilent);
    const sum = (of: 'packets' | 'dropped') => live.reduce((total, each) => total + each[of], 0);
    return {
      quality,
      live: {
        interface: live.map(({ name }) => name).join(', '),
        packets: sum('packets'),
        dropped: sum('dropped'),
        since: live.map(({ since }) => since).sort()[0]!,
        ...(silent.length === 0 ? {} : { message: `nothing was heard lately from ${silent.map(({ name }) => name).join(', ')}` }),
      },
    };
  }
}
