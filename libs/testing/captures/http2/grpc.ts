import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What is used of `@grpc/grpc-js`. */
type Callback = (error: { code: number } | null, answer?: Buffer) => void;
interface ServerCall {
  readonly request: Buffer;
  on(event: 'data' | 'end', listener: (data: Buffer) => void): void;
  write(message: Buffer): void;
  end(): void;
}
interface ReadStream {
  on(event: string, listener: (data: Buffer) => void): void;
}
interface Client {
  Weave(request: Buffer, callback: Callback): void;
  Fail(request: Buffer, callback: Callback): void;
  Unroll(request: Buffer): ReadStream;
  Gather(callback: Callback): { write(message: Buffer): void; end(): void };
  close(): void;
}
interface Grpc {
  Server: new () => {
    addService(definition: object, implementation: object): void;
    bindAsync(address: string, credentials: object, callback: (error: Error | null) => void): void;
    forceShutdown(): void;
  };
  ServerCredentials: { createInsecure(): object };
  credentials: { createInsecure(): object };
  makeGenericClientConstructor(definition: object, name: string): new (address: string, credentials: object, options: object) => Client;
}

const same = (bytes: Buffer): Buffer => bytes;

function method(name: string, requestStream: boolean, responseStream: boolean): object {
  const path = `/loom.v1.Weaver/${name}`;
  const codecs = { requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same };
  return { path, requestStream, responseStream, ...codecs };
}

const weaver = {
  Weave: method('Weave', false, false),
  Fail: method('Fail', false, false),
  Unroll: method('Unroll', false, true),
  Gather: method('Gather', true, false),
};

/** Calls of every kind over one connection on port 50051; `tools` has `@grpc/grpc-js`. Prints what the client saw. */
export async function callOverGrpc(tools: string): Promise<void> {
  const grpc = createRequire(join(tools, 'package.json'))('@grpc/grpc-js') as Grpc;
  const server = new grpc.Server();
  server.addService(weaver, {
    Weave: (call: ServerCall, answer: Callback) => answer(null, Buffer.concat([call.request, Buffer.from(' woven')])),
    Fail: (_: ServerCall, answer: Callback) => answer({ code: 5 }),
    Unroll: (call: ServerCall) => {
      for (let i = 0; i < 4; i++) call.write(Buffer.from(`turn ${i}`));
      call.end();
    },
    Gather: (call: ServerCall, answer: Callback) => {
      let count = 0;
      call.on('data', () => count++);
      call.on('end', () => answer(null, Buffer.from(String(count))));
    },
  });
  await new Promise<void>((resolve, reject) =>
    server.bindAsync('127.0.0.1:50051', grpc.ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve())),
  );
  const WeaverClient = grpc.makeGenericClientConstructor(weaver, 'Weaver');
  const client = new WeaverClient('127.0.0.1:50051', grpc.credentials.createInsecure(), {});
  const say = (what: string, done: () => void): Callback => {
    return (error, answer) => {
      console.log('grpc:', what, error?.code ?? 0, String(answer ?? ''));
      done();
    };
  };
  await new Promise<void>((done) => client.Weave(Buffer.from('warp'), say('Weave', done)));
  await new Promise<void>((done) => client.Weave(Buffer.alloc(0), say('Weave with nothing', done)));
  await new Promise<void>((done) => client.Fail(Buffer.from('x'), say('Fail', done)));
  await new Promise<void>((done) => {
    const stream = client.Unroll(Buffer.from('all'));
    let turns = 0;
    stream.on('data', () => turns++);
    stream.on('end', () => {
      console.log('grpc: Unroll', turns);
      done();
    });
  });
  await new Promise<void>((done) => {
    const stream = client.Gather(say('Gather', done));
    for (const text of ['a', 'bb', 'ccc']) stream.write(Buffer.from(text));
    stream.end();
  });
  client.close();
  server.forceShutdown();
}
