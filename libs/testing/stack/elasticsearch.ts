import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cached } from './cache.ts';
import { compilerOptions, type Compiler, type Java } from './java.ts';
import { pinnedJars, versions } from './jars.ts';
import { fetchJars } from './maven.ts';
import { freePort } from './ports.ts';
import type { ServerPlan } from './server.ts';

const launcher = fileURLToPath(new URL('java/NodeLauncher.java', import.meta.url));

/**
 * Elasticsearch out of the jars of Maven Central: the server and its HTTP transport, without the modules that are only in the distribution (lifecycle, async
 * search, security, scripts, the types `wildcard` and `constant_keyword`). `GET /` does not answer; `/_cluster/health` does.
 */
export async function planElasticsearch(folder: string, port: number, java: Java, compile: Compiler): Promise<ServerPlan> {
  const { elasticsearch, transport, compiler } = pinnedJars();
  const classPath = (await fetchJars(elasticsearch)).join(delimiter);
  const classes = await launcherClasses(java, classPath, await fetchJars(compiler));
  const home = await homeFolder(await fetchJars(transport));
  const config = join(folder, 'config');
  await mkdir(config, { recursive: true });
  await writeFile(join(config, 'elasticsearch.yml'), settings(folder, port, await freePort()));
  await writeFile(join(config, 'log4j2.properties'), logging);
  const native = await zstdFolder(folder);
  const properties = [
    '-Des.distribution.type=tar',
    `-Dlog4j2.configurationFile=${join(config, 'log4j2.properties')}`,
    '-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false',
    ...(native === undefined ? [] : [`-Des.nativelibs.path=${native}`]),
  ];
  const machine = [
    '-Xms512m',
    '-Xmx1g',
    '-XX:+UseSerialGC',
    '--enable-native-access=ALL-UNNAMED',
    ...compilerOptions(compile),
    ...quietJava(java),
  ];
  const vectors = java.hasVectors ? ['--add-modules', 'jdk.incubator.vector'] : [];
  return {
    name: 'Elasticsearch',
    command: java.command,
    args: [...machine, ...vectors, ...properties, '-cp', [classes, classPath].join(delimiter), 'NodeLauncher', home, config],
    log: join(folder, 'elasticsearch.log'),
    ready: async () => (await fetch(`http://127.0.0.1:${port}/_cluster/health?wait_for_status=yellow&timeout=1s`)).ok,
  };
}

function settings(folder: string, http: number, transport: number): string {
  const lines = {
    'cluster.name': 'orbweaver',
    'node.name': 'orbweaver',
    'path.data': join(folder, 'data'),
    'path.logs': folder,
    'network.host': '127.0.0.1',
    'http.port': http,
    'transport.port': transport,
    'discovery.type': 'single-node',
    // A disk that is nearly full for other reasons is no matter for a stack of some minutes; a test may set it at run time.
    'cluster.routing.allocation.disk.threshold_enabled': false,
    'cluster.max_shards_per_node': 10_000,
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

const logging = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d %-5p %c{1.} %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
`;

/** The launcher, compiled for the oldest Java that will do: a JRE brings no compiler, Eclipse's is a jar. */
async function launcherClasses(java: Java, classPath: string, compiler: readonly string[]): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(launcher))
    .update(versions.elasticsearch)
    .digest('hex');
  return cached(`launcher-${digest.slice(0, 16)}`, async (making) => {
    const options = ['-source', '21', '-target', '21', '-proc:none', '-nowarn', '-cp', classPath, '-d', making];
    await promisify(execFile)(java.command, ['-jar', compiler[0]!, ...options, launcher]);
  });
}

async function homeFolder(transport: readonly string[]): Promise<string> {
  return cached(`elasticsearch-home-${versions.elasticsearch}`, async (making) => {
    const module = join(making, 'modules', 'transport-netty4');
    await mkdir(module, { recursive: true });
    await mkdir(join(making, 'plugins'));
    for (const jar of transport) await copyFile(jar, join(module, basename(jar)));
    const descriptor = {
      name: 'transport-netty4',
      description: 'Netty based transport',
      version: versions.elasticsearch,
      classname: 'org.elasticsearch.transport.netty4.Netty4Plugin',
      'java.version': 21,
      'elasticsearch.version': versions.elasticsearch,
    };
    const lines = Object.entries(descriptor).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(join(module, 'plugin-descriptor.properties'), lines.join(''));
  });
}

/** `index.codec: best_compression` compresses with the system's libzstd, under the name that the server looks for. Without one that codec is not to be had. */
async function zstdFolder(folder: string): Promise<string | undefined> {
  const library = globSync(['/usr/lib/*-linux-gnu/libzstd.so.1', '/usr/lib{,64}/libzstd.so.1', '/opt/homebrew/lib/libzstd.dylib'])[0];
  if (library === undefined || !existsSync(library)) return undefined;
  const native = join(folder, 'native');
  await mkdir(native);
  await symlink(library, join(native, basename(library).replace('.so.1', '.so')));
  return native;
}

/** Java 24 and newer print warnings about what Netty and Lucene do. */
function quietJava({ version }: Java): string[] {
  return version >= 24 ? ['--sun-misc-unsafe-memory-access=allow'] : [];
}
