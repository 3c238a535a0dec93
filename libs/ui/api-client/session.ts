import { problemOf, unreachable } from './problem.ts';
import type { SignedIn, User } from './types.ts';

/**
 * Who is signed in. The access token lives in this closure only; what outlives a reload is the refresh token, in a cookie that
 * scripts cannot read.
 */
export interface Session {
  user(): User | undefined;
  /** Calls back after each sign-in and sign-out. Returns how to stop that. */
  subscribe(listener: () => void): () => void;
  signIn(username: string, password: string): Promise<User>;
  /** With the token of a one-time link. */
  signInByLink(token: string): Promise<User>;
  signOut(): Promise<void>;
  /** Takes up the session of the refresh cookie. False if there is none. */
  restore(): Promise<boolean>;
  /** `fetch` with the access token; an expired one is renewed once, out of sight. */
  fetch(request: Request): Promise<Response>;
  /** The header for requests that `fetch` cannot make, with a token that is not about to expire. */
  authorization(): Promise<string>;
}

/** Where to note that a refresh cookie may exist, so that a first visit does not ask in vain. */
export interface Mark {
  get(): boolean;
  set(signedIn: boolean): void;
  /** Calls back when another tab has signed in (true) or out (false). */
  watch(listener: (signedIn: boolean) => void): void;
}

/** Renew when the token has less than this left, in milliseconds. */
const renewalMargin = 10_000;

export function createSession(mark: Mark, baseUrl = '/api/v1'): Session {
  let token = '';
  let expires = 0;
  let user: User | undefined;
  let renewal: Promise<boolean> | undefined;
  const listeners = new Set<() => void>();

  function accept(answer: SignedIn): User {
    token = answer.access_token;
    expires = Date.now() + answer.expires_in * 1000;
    user = answer.user;
    mark.set(true);
    listeners.forEach((listener) => listener());
    return answer.user;
  }

  function forget(): void {
    token = '';
    expires = 0;
    user = undefined;
    listeners.forEach((listener) => listener());
  }

  function end(): void {
    mark.set(false);
    forget();
  }

  async function post(path: string, body?: unknown): Promise<Response> {
    try {
      return await fetch(`${baseUrl}/${path}`, {
        method: 'POST',
        credentials: 'same-origin',
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
    } catch {
      throw unreachable();
    }
  }

  async function enter(path: string, body: unknown): Promise<User> {
    const response = await post(path, body);
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw problemOf(response.status, answer);
    return accept(answer as SignedIn);
  }

  /** One renewal at a time, since each replaces the cookie. Only a refusal ends the session, not a server that is away. */
  function renew(): Promise<boolean> {
    renewal ??= post('auth/refresh')
      .then(async (response) => {
        if (response.ok) accept((await response.json()) as SignedIn);
        else if (response.status === 401 || response.status === 403) end();
        else throw problemOf(response.status, await response.json().catch(() => undefined));
        return response.ok;
      })
      .finally(() => (renewal = undefined));
    return renewal;
  }

  async function send(request: Request): Promise<Response> {
    const authorized = new Request(request);
    authorized.headers.set('authorization', `Bearer ${token}`);
    try {
      return await fetch(authorized);
    } catch (error) {
      throw request.signal.aborted ? error : unreachable();
    }
  }

  // All tabs share the session: its end ends it here as well, and who signs in elsewhere need not do it here again.
  mark.watch((signedIn) => {
    if (!signedIn) forget();
    else if (user === undefined) void renew().catch(() => undefined);
  });

  return {
    user: () => user,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    signIn: (username, password) => enter('auth/sign-in', { username, password }),
    signInByLink: (linkToken) => enter('auth/link', { token: linkToken }),
    async signOut() {
      await post('auth/sign-out').catch(() => undefined);
      end();
    },
    restore: async () => user !== undefined || (mark.get() && (await renew())),
    async fetch(request) {
      if (Date.now() > expires - renewalMargin) await renew();
      const spare = request.clone();
      const response = await send(request);
      return response.status === 401 && (await renew()) ? send(spare) : response;
    },
    async authorization() {
      if (Date.now() > expires - renewalMargin) await renew();
      return `Bearer ${token}`;
    },
  };
}
