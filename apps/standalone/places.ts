import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where things lie beside the entry file, as sources and as a build alike: `apps/standalone/main.ts`, `dist/standalone/main.js`. */
export interface Places {
  /** The built UI. */
  readonly web: string;
  /** Captures of our own. */
  readonly samples: string;
  readonly analysisWorker: URL;
  readonly liveProcess: URL;
}

/** `entry` is the URL of the entry file. */
export function placesFrom(entry: string): Places {
  const isSource = entry.endsWith('.ts');
  return {
    web: fileURLToPath(new URL('../../dist/web', entry)),
    samples: fileURLToPath(new URL('../../libs/testing/captures/sample', entry)),
    analysisWorker: new URL(isSource ? '../command/control-api/adapters/analysis-worker.ts' : './analysis-worker.js', entry),
    liveProcess: new URL(isSource ? './live/live-process.ts' : './live-process.js', entry),
  };
}

/** Capture files of a folder, by name; none if there is no such folder. */
export function capturesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.(pcap|pcapng|cap)(\.gz|\.zst)?$/.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
