import { Session, type Profiler } from 'node:inspector';

/** Sources whose coverage guides. */
const isWatched = (url: string): boolean =>
  /\/libs\/(command|kernel|packet|protocols)\//.test(url) && !/\/(test|conformance|fixtures)\//.test(url);

/** The parts of the analysis that inputs reached, by V8's block counters, in characters of source. */
export class Coverage {
  readonly #session = new Session();
  /** By script: 1 for each character that was reached. */
  readonly #reached = new Map<string, Uint8Array>();
  readonly #painted = new Map<string, Uint8Array>();
  reached = 0;
  /** Characters in functions that are known: comments and types are among them, so that this is never all of it. */
  get known(): number {
    let sum = 0;
    for (const { length } of this.#reached.values()) sum += length;
    return sum;
  }

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Characters that were reached since the last call and never before; `isKept` remembers them. */
  take(isKept: boolean): number {
    let fresh = 0;
    this.#session.post('Profiler.takePreciseCoverage', (_error, result) => {
      for (const script of result.result) if (isWatched(script.url)) fresh += this.#takeScript(script, isKept);
    });
    if (isKept) this.reached += fresh;
    return fresh;
  }

  stop(): void {
    this.#session.disconnect();
  }

  /** Ranges come from the outside in, functions in their order: what comes later knows better. */
  #takeScript(script: Profiler.ScriptCoverage, isKept: boolean): number {
    let end = 0;
    let start = Infinity;
    for (const { ranges } of script.functions) {
      start = Math.min(start, ranges[0]!.startOffset);
      end = Math.max(end, ranges[0]!.endOffset);
    }
    const painted = sized(this.#painted, script.scriptId, end);
    const reached = sized(this.#reached, script.scriptId, end);
    painted.fill(0, start, end);
    for (const { ranges } of script.functions) {
      for (const { startOffset, endOffset, count } of ranges) painted.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    }
    let fresh = 0;
    for (let at = start; at < end; at++) {
      if (painted[at] !== 1 || reached[at] === 1) continue;
      fresh++;
      if (isKept) reached[at] = 1;
    }
    return fresh;
  }
}

function sized(arrays: Map<string, Uint8Array>, key: string, length: number): Uint8Array {
  const old = arrays.get(key);
  if (old !== undefined && old.length >= length) return old;
  const grown = new Uint8Array(length);
  if (old !== undefined) grown.set(old);
  arrays.set(key, grown);
  return grown;
}
