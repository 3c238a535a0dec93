import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { inject } from 'vitest';
import type { Service } from './stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the socket behind which `vitest-setup.ts` starts servers. */
    stackDoor: string;
  }
}

/** Where a server of the run's stack is: see `StackServer`. */
export interface SharedServer {
  readonly address: string;
  readonly port: number;
}

/**
 * A server that all tests of this run share: the first to ask starts it, the end of the run ends it. Ask at the top of a test file (`const { address } = await
 * sharedServer(...)`): the first time it takes longer than a test may. Tests keep apart by names of their own
 * (`ownPrefix`), and never stop it: who wants to do that opens a stack of its own.
 */
export async function sharedServer(service: Service): Promise<SharedServer> {
  const socket = connect(inject('stackDoor'));
  try {
    await once(socket, 'connect');
    socket.end(service);
    let text = '';
    for await (const chunk of socket.setEncoding('utf8')) text += chunk as string;
    const answer = JSON.parse(text) as SharedServer | { readonly problem: string };
    if ('problem' in answer) throw new Error(answer.problem);
    return answer;
  } finally {
    socket.destroy();
  }
}

/** Begins the names of topics, groups, indices and keys of one test: `t3f9a1c-`. */
export const ownPrefix = (): string => `t${randomBytes(3).toString('hex')}-`;
