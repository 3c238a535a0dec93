import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { cacheFolder } from './cache.ts';
import type { Jar } from './jars.ts';

const central = 'https://repo.maven.apache.org/maven2';
const attempts = 4;
const lanes = 6;
const requestTimeoutMs = 120_000;

/**
 * Paths of the jars on this machine, in the same order; what the cache lacks is fetched: from Maven's local repository, else over HTTPS from
 * `ORBWEAVER_MAVEN_REPOSITORY`, the mirror of the user's `settings.xml`, or Maven Central, else by `mvn` where that is installed (it knows credentials
 * and proxies that we don't). Each has to have the pinned SHA-256.
 */
export async function fetchJars(jars: readonly Jar[]): Promise<string[]> {
  const folder = join(cacheFolder(), 'jars');
  await mkdir(folder, { recursive: true });
  const places = jars.map((jar) => join(folder, basename(jar.path)));
  const missing = jars.filter((_, i) => !existsSync(places[i]!));
  if (missing.length > 0) {
    trustAsTheMachineDoes();
    const left = [...missing];
    const lane = async () => {
      for (let jar = left.shift(); jar !== undefined; jar = left.shift()) await keep(folder, jar, await bytesOf(jar));
    };
    const results = await Promise.allSettled(Array.from({ length: lanes }, lane));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) await byMaven(folder, jars, failed.reason);
  }
  return places;
}

/** Proxies of the environment and certificates of the system count, as for other programs. */
function trustAsTheMachineDoes(): void {
  if (process.env['HTTPS_PROXY'] ?? process.env['https_proxy']) http.setGlobalProxyFromEnv();
  tls.setDefaultCACertificates([...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])]);
}

async function bytesOf(jar: Jar): Promise<Uint8Array> {
  const local = join(homedir(), '.m2', 'repository', jar.path);
  if (existsSync(local)) {
    const bytes = await readFile(local);
    if (isPinned(jar, bytes)) return bytes;
  }
  const url = `${repository()}/${jar.path}`;
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(requestTimeoutMs) });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (!isPinned(jar, bytes)) throw new Error(`${bytes.length} bytes with another SHA-256 than the pinned one (${jar.bytes} bytes)`);
      return bytes;
    } catch (error) {
      if (attempt === attempts) throw new Error(`${url}: ${reason(error)}`, { cause: error });
    }
  }
}

function isPinned(jar: Jar, bytes: Uint8Array): boolean {
  return createHash('sha256').update(bytes).digest('hex') === jar.sha256;
}

/** A jar appears in the cache whole or not at all. */
async function keep(folder: string, jar: Jar, bytes: Uint8Array): Promise<void> {
  const place = join(folder, basename(jar.path));
  const making = `${place}.${process.pid}`;
  await writeFile(making, bytes);
  await rename(making, place);
}

async function byMaven(folder: string, jars: readonly Jar[], cause: unknown): Promise<void> {
  const scratch = await mkdtemp(join(folder, 'mvn-'));
  try {
    const dependencies = jars.map(({ path }) => {
      const parts = path.split('/').slice(0, -1);
      const [version, name] = [parts.pop(), parts.pop()];
      const alone = '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>';
      return `<dependency><groupId>${parts.join('.')}</groupId><artifactId>${name}</artifactId><version>${version}</version>${alone}</dependency>`;
    });
    const project = `<modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>a</artifactId><version>1</version>`;
    await writeFile(join(scratch, 'pom.xml'), `<project>${project}<dependencies>${dependencies.join('')}</dependencies></project>`);
    await promisify(execFile)('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars'], { cwd: scratch });
    for (const jar of jars) {
      const bytes = await readFile(join(scratch, 'jars', basename(jar.path)));
      if (!isPinned(jar, bytes)) throw new Error(`${jar.path}: another SHA-256 than the pinned one`);
      await keep(folder, jar, bytes);
    }
  } catch (error) {
    const advice = 'set ORBWEAVER_MAVEN_REPOSITORY to a Maven repository that this machine reaches';
    throw new Error(`The servers' jars can't be fetched: ${reason(cause)}; by mvn: ${reason(error)}; ${advice}`, { cause: error });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function repository(): string {
  const place = process.env['ORBWEAVER_MAVEN_REPOSITORY'] ?? mirrorOf(join(homedir(), '.m2', 'settings.xml')) ?? central;
  return place.replace(/\/+$/, '');
}

/** The first mirror of a `settings.xml` that stands for Maven Central. */
function mirrorOf(settings: string): string | undefined {
  if (!existsSync(settings)) return undefined;
  const text = readFileSync(settings, 'utf8').replace(/<!--[^]*?-->/g, '');
  for (const [mirror] of text.matchAll(/<mirror>[^]*?<\/mirror>/g)) {
    const of =
      /<mirrorOf>([^<]*)<\/mirrorOf>/
        .exec(mirror)?.[1]
        ?.split(',')
        .map((part) => part.trim()) ?? [];
    const url = /<url>\s*([^<\s]+)\s*<\/url>/.exec(mirror)?.[1];
    const counts = of.some((part) => ['central', '*', 'external:*'].includes(part)) && !of.includes('!central');
    if (counts && url?.startsWith('http')) return url;
  }
  return undefined;
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
