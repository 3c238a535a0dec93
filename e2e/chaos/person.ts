import { readFile } from 'node:fs/promises';
import type { SignedIn } from '@orbweaver/contracts/http/auth.ts';
import type { Capture } from '@orbweaver/contracts/http/captures.ts';
import type { FlatRecord } from '@orbweaver/contracts/query/answers.ts';

const password = 'nothing lost, nothing doubled';
const json = { 'content-type': 'application/json' };
/** For an answer, in milliseconds. */
const patience = 60_000;

export interface Page {
  readonly records: FlatRecord[];
  readonly next_cursor?: string;
}

/** Who was asked is not there, or says that someone else is not: it may be asked again. */
export class Away extends Error {
  override readonly name = 'Away';
}

/** Someone who brings captures in and searches, by the two APIs. */
export class Person {
  readonly #control: string;
  readonly #search: string;
  #token = '';
  #username = '';

  /** Ports of the two on this machine. */
  constructor(control: number, search: number) {
    this.#control = `http://127.0.0.1:${control}/api/v1`;
    this.#search = `http://127.0.0.1:${search}/api/v1`;
  }

  /** The first time, by the token of the link that the control-api prints. */
  async signInByLink(token: string): Promise<void> {
    const signedIn = await this.#signIn('auth/link', { token });
    this.#username = signedIn.user.username;
    await this.#ask(`${this.#control}/me/password`, { method: 'POST', headers: json, body: JSON.stringify({ new: password }) });
  }

  async search(question: object): Promise<Page> {
    const answer = await this.#ask(`${this.#search}/search`, { method: 'POST', headers: json, body: JSON.stringify(question) });
    return (await answer.json()) as Page;
  }

  async record(dataset: string, id: string): Promise<FlatRecord> {
    const answer = await this.#ask(`${this.#search}/records/${id}?dataset=${dataset}`, {});
    return ((await answer.json()) as { record: FlatRecord }).record;
  }

  async upload(name: string, file: string): Promise<Capture> {
    const headers = { 'content-type': 'application/octet-stream' };
    const body = await readFile(file);
    return (await (await this.#ask(`${this.#control}/captures?name=${name}`, { method: 'POST', headers, body })).json()) as Capture;
  }

  async captures(): Promise<Capture[]> {
    return (await (await this.#ask(`${this.#control}/captures`, {})).json()) as Capture[];
  }

  async #ask(url: string, request: RequestInit): Promise<Response> {
    const asking = () =>
      reach(url, { ...request, headers: { ...(request.headers as Record<string, string>), authorization: `Bearer ${this.#token}` } });
    const answer = await asking();
    if (answer.status !== 401) return fine(answer);
    await this.#signIn('auth/sign-in', { username: this.#username, password });
    return fine(await asking());
  }

  async #signIn(path: string, body: object): Promise<SignedIn> {
    const answer = await reach(`${this.#control}/${path}`, { method: 'POST', headers: json, body: JSON.stringify(body) });
    const signedIn = (await (await fine(answer)).json()) as SignedIn;
    this.#token = signedIn.access_token;
    return signedIn;
  }
}

/** Rejects with `Away` if nobody answers. */
async function reach(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...request, signal: AbortSignal.timeout(patience) });
  } catch (error) {
    throw new Away(`${url} does not answer`, { cause: error });
  }
}

async function fine(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const text = `${answer.url} says ${answer.status}: ${await answer.text().catch(() => '')}`;
  throw answer.status >= 500 || answer.status === 408 || answer.status === 429 ? new Away(text) : new Error(text);
}
