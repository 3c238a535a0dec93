import { readFileSync } from 'node:fs';

/** One jar of Maven Central: its path below the repository's root, its SHA-256 in hex, its length in bytes. */
export interface Jar {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** The jars of each server, each with everything that it needs. `pin-jars.ts` writes the list. */
export interface PinnedJars {
  readonly kafka: readonly Jar[];
  readonly elasticsearch: readonly Jar[];
  /** Elasticsearch's HTTP transport: a module with a class loader of its own. */
  readonly transport: readonly Jar[];
  /** Compiles the launcher: a JRE has no compiler. */
  readonly compiler: readonly Jar[];
}

export const versions = { kafka: '4.1.2', elasticsearch: '9.0.4', slf4j: '1.7.36', ecj: '3.46.0' } as const;

export function pinnedJars(): PinnedJars {
  return JSON.parse(readFileSync(new URL('jars.json', import.meta.url), 'utf8')) as PinnedJars;
}
