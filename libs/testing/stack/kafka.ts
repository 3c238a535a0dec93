import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { cached } from './cache.ts';
import type { Certificates } from './certificates.ts';
import { credentials } from './credentials.ts';
import { compilerOptions, type Compiler, type Java } from './java.ts';
import { pinnedJars, versions } from './jars.ts';
import { fetchJars } from './maven.ts';
import { freePort } from './ports.ts';
import type { ServerPlan } from './server.ts';

const nodeId = 1;
/** Any: a formatted folder names its cluster. */
const clusterId = 'b3Jid2VhdmVyLXN0YWNrMA';
const quiet = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true'];

/**
 * Kafka with KRaft, one node that is broker and controller. Topics have to be made: none appears by being named. With certificates clients speak TLS and sign in with
 * SASL PLAIN.
 */
export async function planKafka(
  folder: string,
  port: number,
  java: Java,
  compiler: Compiler,
  certificates?: Certificates,
): Promise<ServerPlan> {
  const classPath = (await fetchJars(pinnedJars().kafka)).join(delimiter);
  const formatted = await cached(`kafka-formatted-${versions.kafka}`, (making) => format(making, java, classPath));
  const data = join(folder, 'data');
  await cp(formatted, data, { recursive: true });
  const file = join(folder, 'server.properties');
  const places = { data, client: port, internal: await freePort(), controller: await freePort() };
  await writeFile(file, `${properties(places, certificates)}`);
  const memory = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', ...compilerOptions(compiler)];
  return {
    name: 'Kafka',
    command: java.command,
    args: [...memory, ...quiet, '-cp', classPath, 'kafka.Kafka', file],
    log: join(folder, 'kafka.log'),
    ready: () => answersApiVersions(port, certificates !== undefined),
  };
}

/** Formatting starts a Java by itself and gives the same files each time: it is done once, for the cache. */
async function format(folder: string, java: Java, classPath: string): Promise<void> {
  const file = join(folder, 'format.properties');
  await mkdir(folder, { recursive: true });
  await writeFile(file, properties({ data: folder, client: 1, internal: 2, controller: 3 }));
  const args = [...quiet, '-cp', classPath, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', file];
  await promisify(execFile)(java.command, args);
}

interface Places {
  readonly data: string;
  readonly client: number;
  /** Between brokers: transactions use it though there is one only. */
  readonly internal: number;
  readonly controller: number;
}

function properties({ data, client, internal, controller }: Places, certificates?: Certificates): string {
  const at = (name: string, port: number) => `${name}://127.0.0.1:${port}`;
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': nodeId,
    'controller.quorum.voters': `${nodeId}@127.0.0.1:${controller}`,
    listeners: [at('CLIENT', client), at('INTERNAL', internal), at('CONTROLLER', controller)].join(','),
    'advertised.listeners': [at('CLIENT', client), at('INTERNAL', internal)].join(','),
    'listener.security.protocol.map': `CLIENT:${certificates === undefined ? 'PLAINTEXT' : 'SASL_SSL'},INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT`,
    ...(certificates === undefined ? {} : security(certificates)),
    'inter.broker.listener.name': 'INTERNAL',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': data,
    'auto.create.topics.enable': false,
    // One node can hold one copy.
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // The defaults of 50 are 50 folders each to open.
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.num.partitions': 4,
    // A group need not wait for members to come.
    'group.initial.rebalance.delay.ms': 0,
    'controlled.shutdown.enable': false,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function security({ both }: Certificates): Readonly<Record<string, string>> {
  const { username, password } = credentials;
  const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule';
  return {
    'listener.name.client.ssl.keystore.type': 'PEM',
    'listener.name.client.ssl.keystore.location': both,
    'listener.name.client.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.client.plain.sasl.jaas.config': `${plain} required user_${username}="${password}";`,
  };
}

/** ApiVersions version 0, the one request that a broker answers without further ado. */
async function answersApiVersions(port: number, isSecured: boolean): Promise<boolean> {
  // Who it is does not matter for whether it is up.
  const socket = isSecured ? connectTls(port, '127.0.0.1', { rejectUnauthorized: false }) : connect(port, '127.0.0.1');
  try {
    await once(socket, isSecured ? 'secureConnect' : 'connect');
    // Length, key 18, version 0, correlation 7, client id null.
    socket.write(Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 7, 0xff, 0xff]));
    const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(2000) })) as [Buffer];
    return answer.length >= 10 && answer.readInt32BE(4) === 7 && answer.readInt16BE(8) === 0;
  } finally {
    socket.destroy();
  }
}
