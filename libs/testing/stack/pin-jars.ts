/**
 * Writes `jars.json`: resolves the versions of `jars.ts` with `mvn` and notes each jar's path, length and SHA-256. Run it when a version changes:
 *
 *     npx node libs/testing/stack/pin-jars.ts
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { versions, type Jar, type PinnedJars } from './jars.ts';

const scratch = mkdtempSync(join(tmpdir(), 'orbweaver-jars-'));

function resolve(...artefacts: readonly string[]): Jar[] {
  const dependencies = artefacts.map((artefact) => {
    const [group, name, version] = artefact.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;
  });
  const folder = mkdtempSync(join(scratch, 'project-'));
  const project = `<modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>a</artifactId><version>1</version>`;
  writeFileSync(join(folder, 'pom.xml'), `<project>${project}<dependencies>${dependencies.join('')}</dependencies></project>`);
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', '-Dmdep.useRepositoryLayout=true', '-DoutputDirectory=jars'];
  execFileSync('mvn', ['-q', '-B', ...goal], { cwd: folder, stdio: 'inherit' });
  const root = join(folder, 'jars');
  return globSync('**/*.jar', { cwd: root })
    .sort()
    .map((path) => {
      const bytes = readFileSync(join(root, path));
      return { path, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
    });
}

try {
  const elasticsearch = resolve(`org.elasticsearch:elasticsearch:${versions.elasticsearch}`);
  const there = new Set(elasticsearch.map(({ path }) => basename(path)));
  const jars: PinnedJars = {
    kafka: resolve(`org.apache.kafka:kafka_2.13:${versions.kafka}`, `org.slf4j:slf4j-simple:${versions.slf4j}`),
    elasticsearch,
    // A class may stand on the class path or in the module, not in both.
    transport: resolve(`org.elasticsearch.plugin:transport-netty4:${versions.elasticsearch}`).filter(
      ({ path }) => !there.has(basename(path)),
    ),
    compiler: resolve(`org.eclipse.jdt:ecj:${versions.ecj}`),
  };
  writeFileSync(new URL('jars.json', import.meta.url), `${JSON.stringify(jars, undefined, 2)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
