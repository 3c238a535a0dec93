import type { User } from '@orbweaver/contracts/http/auth.ts';
import type { DatabaseSync } from '../control/sqlite.ts';
import { accessTokenLife, signAccessToken, type Bearer, type Claims } from './access-token.ts';
import { Attempts } from './attempts.ts';
import type { SigningKeys } from './keys.ts';
import { Passwords } from './password.ts';
import { Sessions, type OpenedSession } from './sessions.ts';
import { SignInLinks } from './sign-in-links.ts';
import { Users } from './users.ts';

/** Ten failures at once for one user, then one a minute; an address may fail for several users. */
const userLimit = { burst: 10, refill: 60e3 };
const addressLimit = { burst: 30, refill: 20e3 };

export interface Grant {
  readonly user: User;
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly refreshToken: string;
  /** Milliseconds since 1970. */
  readonly refreshExpiresAt: number;
}

export type SignInOutcome =
  | { readonly kind: 'granted'; readonly grant: Grant }
  | { readonly kind: 'refused' }
  | { readonly kind: 'wait'; readonly milliseconds: number };

export type PasswordOutcome = 'done' | 'wrong-current' | { readonly kind: 'wait'; readonly milliseconds: number };

export interface AuthenticationOptions {
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly passwords?: Passwords;
  /** Hears of the sessions that end: other processes go by their tokens alone. */
  readonly onEnded?: (sessions: readonly string[]) => void;
}

/** Signs people in and out: the rules, on top of users, sessions and links. */
export class Authentication {
  readonly users: Users;
  private readonly sessions: Sessions;
  private readonly links: SignInLinks;
  private readonly byUser = new Attempts(userLimit);
  private readonly byAddress = new Attempts(addressLimit);
  private readonly keys: SigningKeys;
  private readonly clock: () => number;
  private readonly passwords: Passwords;
  /** Of programs of the person who runs this process. */
  private readonly local = new Set<string>();

  constructor(database: DatabaseSync, keys: SigningKeys, options: AuthenticationOptions = {}) {
    const { clock = Date.now, passwords = new Passwords(), onEnded } = options;
    this.users = new Users(database);
    this.sessions = new Sessions(database, onEnded);
    this.links = new SignInLinks(database);
    this.keys = keys;
    this.clock = clock;
    this.passwords = passwords;
  }

  get publicKey(): string {
    return this.keys.publicKey;
  }

  async signIn(username: string, password: string, address: string): Promise<SignInOutcome> {
    const userKey = username.toLowerCase();
    const milliseconds = this.takeAttempt(userKey, address);
    if (milliseconds > 0) return { kind: 'wait', milliseconds };
    const user = this.users.byUsername(username);
    const right = await this.passwords.verify(password, this.users.passwordOf(user?.id));
    if (!right || user === undefined) return { kind: 'refused' };
    this.byUser.giveBack(userKey);
    this.byAddress.giveBack(address);
    return { kind: 'granted', grant: await this.grant(user, this.sessions.open(user.id, false, this.clock())) };
  }

  async signInByLink(token: string, address: string): Promise<SignInOutcome> {
    const milliseconds = this.byAddress.take(address, this.clock());
    if (milliseconds > 0) return { kind: 'wait', milliseconds };
    const id = this.links.redeem(token, this.clock());
    const user = id === undefined ? undefined : this.users.byId(id);
    if (user === undefined) return { kind: 'refused' };
    this.byAddress.giveBack(address);
    return { kind: 'granted', grant: await this.grant(user, this.sessions.open(user.id, true, this.clock())) };
  }

  async refresh(token: string): Promise<Grant | undefined> {
    const opened = this.sessions.refresh(token, this.clock());
    const user = opened && this.users.byId(opened.session.userId);
    return opened === undefined || user === undefined ? undefined : this.grant(user, opened);
  }

  signOut(refreshToken: string): void {
    const id = this.sessions.ofToken(refreshToken);
    if (id !== undefined) this.sessions.end(id);
  }

  /** Whom a token with a good signature speaks for; undefined once its session has ended. */
  bearerOf({ sub, sid }: Claims): Bearer | undefined {
    const session = this.sessions.byId(sid);
    const user = session?.userId === sub ? this.users.byId(sub) : undefined;
    // Roles as they are now, not as they were when the token was signed.
    return user && { userId: user.id, sessionId: sid, username: user.username, roles: user.roles };
  }

  /** Ends every other session of the user, but for those of local programs. The current password is asked for once one was set, unless a one-time link opened the session. */
  async setPassword(bearer: Bearer, current: string | undefined, next: string): Promise<PasswordOutcome> {
    const stored = this.users.passwordOf(bearer.userId);
    if (stored !== undefined && !this.sessions.byId(bearer.sessionId)?.byLink) {
      const key = bearer.username.toLowerCase();
      const milliseconds = this.byUser.take(key, this.clock());
      if (milliseconds > 0) return { kind: 'wait', milliseconds };
      if (!(await this.passwords.verify(current ?? '', stored))) return 'wrong-current';
      this.byUser.giveBack(key);
    }
    this.users.setPassword(bearer.userId, await this.passwords.hash(next));
    this.sessions.keepOnly(bearer.userId, bearer.sessionId, [...this.local]);
    return 'done';
  }

  /**
   * A token for a one-time sign-in link of the first administrator, who is created if there is nobody yet. Undefined if a password was set and
   * `always` is not asked for.
   */
  administratorLink(always: boolean): string | undefined {
    const now = this.clock();
    const administrator =
      this.users.firstAdministrator() ?? this.users.create({ username: 'admin', name: 'Administrator', roles: ['admin'] }, now);
    return administrator.has_password && !always ? undefined : this.links.create(administrator.id, now);
  }

  /**
   * A session of the first administrator for programs of the person who runs this process: whoever can read the data folder could sign tokens anyway, so
   * it outlives a change of the password. `token` gives an access token whenever one is needed; `end` ends the session.
   */
  openLocal(): { token(): Promise<string>; end(): void } {
    const administrator = this.users.firstAdministrator();
    if (administrator === undefined) throw new Error('there is no administrator yet');
    const open = () => {
      const { id } = this.sessions.open(administrator.id, false, this.clock()).session;
      this.local.add(id);
      return id;
    };
    const end = (id: string) => {
      this.sessions.end(id);
      this.local.delete(id);
    };
    let sessionId = open();
    return {
      token: () => {
        // Too many or too long sessions end, and this one with them.
        if (this.sessions.byId(sessionId) === undefined) {
          end(sessionId);
          sessionId = open();
        }
        const bearer = { userId: administrator.id, sessionId, username: administrator.username, roles: administrator.roles };
        return signAccessToken(this.keys, bearer, this.clock());
      },
      end: () => {
        end(sessionId);
      },
    };
  }

  private takeAttempt(userKey: string, address: string): number {
    const now = this.clock();
    return this.byAddress.take(address, now) || this.byUser.take(userKey, now);
  }

  private async grant(user: User, { session, refreshToken, expiresAt }: OpenedSession): Promise<Grant> {
    const bearer = { userId: user.id, sessionId: session.id, username: user.username, roles: user.roles };
    const accessToken = await signAccessToken(this.keys, bearer, this.clock());
    return { user, accessToken, expiresIn: accessTokenLife, refreshToken, refreshExpiresAt: expiresAt };
  }
}
