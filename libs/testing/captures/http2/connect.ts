import { once } from 'node:events';
import { createServer as createHttp1Server, type RequestListener } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What is used of `@connectrpc/connect`, `@connectrpc/connect-node` and `@bufbuild/protobuf`. */
interface Words {
  value: string;
}
type Answers = AsyncIterable<Words>;
interface Client {
  weave(request: Words): Promise<Words>;
  fail(request: Words): Promise<Words>;
  unroll(request: Words): Answers;
  snap(request: Words): Answers;
  gather(requests: Answers): Promise<Words>;
}
interface Connect {
  createClient(service: object, transport: object): Client;
  ConnectError: new (message: string, code: number) => Error & { code: number };
}
interface ConnectNode {
  connectNodeAdapter(options: object): RequestListener;
  createConnectTransport(options: object): object;
  createGrpcWebTransport(options: object): object;
}
interface Protobuf {
  create(schema: object, init: object): object;
  createFileRegistry(...files: object[]): { getService(name: string): object };
}
type WellKnown = Record<'FileDescriptorSetSchema' | 'FileDescriptorProtoSchema' | 'file_google_protobuf_wrappers', object> & {
  file_google_protobuf_wrappers: { proto: object };
};

/** npm packages that `callOverConnect` needs. */
export const connectPackages = ['@connectrpc/connect@2.1.2', '@connectrpc/connect-node@2.1.2', '@bufbuild/protobuf@2.17.0'];

const notFound = 5;
const aborted = 10;

/** The service `loom.v1.Weaver`, whose messages are strings. */
function weaverOf(load: NodeJS.Require): object {
  const { create, createFileRegistry } = load('@bufbuild/protobuf') as Protobuf;
  const wellKnown = load('@bufbuild/protobuf/wkt') as WellKnown;
  const type = '.google.protobuf.StringValue';
  const method = (name: string, more: object = {}): object => ({ name, inputType: type, outputType: type, ...more });
  const wrappers = wellKnown.file_google_protobuf_wrappers.proto;
  const file = {
    name: 'loom/v1/weaver.proto',
    package: 'loom.v1',
    syntax: 'proto3',
    dependency: ['google/protobuf/wrappers.proto'],
    service: [
      {
        name: 'Weaver',
        method: [
          method('Weave', { options: { idempotencyLevel: 1 } }),
          method('Fail'),
          method('Unroll', { serverStreaming: true }),
          method('Snap', { serverStreaming: true }),
          method('Gather', { clientStreaming: true }),
        ],
      },
    ],
  };
  const files = [wrappers, create(wellKnown.FileDescriptorProtoSchema, file)];
  return createFileRegistry(create(wellKnown.FileDescriptorSetSchema, { file: files })).getService('loom.v1.Weaver');
}

function implementation({ ConnectError }: Connect): object {
  return {
    weave: ({ value }: Words) => ({ value: `${value} woven` }),
    fail: ({ value }: Words) => {
      throw new ConnectError(`no thread named ${value}`, notFound);
    },
    async *unroll() {
      for (let turn = 0; turn < 4; turn++) yield await Promise.resolve({ value: `turn ${turn}` });
    },
    async *snap() {
      yield await Promise.resolve({ value: 'one' });
      throw new ConnectError('the thread snapped', aborted);
    },
    gather: async (requests: Answers) => ({ value: String(await countOf(requests)) }),
  };
}

/** Calls of every kind, of Connect and gRPC-Web, in both formats, over HTTP/1.1 or HTTP/2 in the clear. Prints what the clients saw. */
export async function callOverConnect(tools: string, port: number, httpVersion: '1.1' | '2'): Promise<void> {
  const load = createRequire(join(tools, 'package.json'));
  const connect = load('@connectrpc/connect') as Connect;
  const node = load('@connectrpc/connect-node') as ConnectNode;
  const weaver = weaverOf(load);
  const routes = (router: { service(service: object, implementation: object): void }): void =>
    router.service(weaver, implementation(connect));
  const listener = (compressMinBytes: number): RequestListener =>
    node.connectNodeAdapter({ routes, compressMinBytes, requestPathPrefix: '/api' });
  // Over HTTP/1.1 everything that is longer than nothing is compressed, also the ends of streams.
  const server = httpVersion === '1.1' ? createHttp1Server(listener(1)) : createHttp2Server(listener(1024) as never);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const common = { baseUrl: `http://127.0.0.1:${port}/api`, httpVersion };
  const transports = {
    connect: node.createConnectTransport({ ...common, useBinaryFormat: true, useHttpGet: true }),
    'connect JSON': node.createConnectTransport({ ...common, useBinaryFormat: false, acceptCompression: [] }),
    'grpc-web': node.createGrpcWebTransport({ ...common, useBinaryFormat: true }),
    'grpc-web JSON': node.createGrpcWebTransport({ ...common, useBinaryFormat: false, acceptCompression: [] }),
  };
  for (const [name, transport] of Object.entries(transports)) await callAll(name, connect.createClient(weaver, transport));
  server.close();
}

async function callAll(name: string, client: Client): Promise<void> {
  const say = async (method: string, answer: () => Promise<unknown>): Promise<void> => {
    const told = await answer().catch((error: unknown) => (error as { code: number }).code);
    console.log(`${name}:`, method, told);
  };
  await say('Weave', async () => (await client.weave({ value: 'warp' })).value);
  await say('Fail', () => client.fail({ value: 'x' }));
  await say('Unroll', () => countOf(client.unroll({ value: 'all' })));
  await say('Snap', () => countOf(client.snap({ value: 'all' })));
  await say('Gather', async () => (await client.gather(threads())).value);
}

async function countOf(words: Answers): Promise<number> {
  let count = 0;
  for await (const { value } of words) if (value !== '') count++;
  return count;
}

async function* threads(): Answers {
  for (const value of ['a', 'bb', 'ccc']) yield await Promise.resolve({ value });
}
