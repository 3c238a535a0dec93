import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ProblemError } from '../service/problem-error.ts';
import type { Bearer, Claims } from './access-token.ts';
import type { EndedSessions } from './ended-sessions.ts';
import type { TokenCheck } from './nest/jwt-strategy.ts';

/** Tokens that another process signs: good by their signature, as long as their session has not ended. */
export class VerifiedTokens implements TokenCheck {
  readonly publicKey: string;
  readonly #ended: Pick<EndedSessions, 'has'>;

  /** `publicKey`: PEM. */
  constructor(publicKey: string, ended: Pick<EndedSessions, 'has'>) {
    this.publicKey = publicKey;
    this.#ended = ended;
  }

  /** Whom the claims speak for. Who cannot be told signed in or out is not let in. */
  async bearerOf({ sub, sid, name, roles }: Claims): Promise<Bearer | undefined> {
    const hasEnded = await this.#ended.has(sid).catch((cause: unknown) => {
      throw new ProblemError('unavailable', 'Whether the session still lasts cannot be told at the moment; try again.', { cause });
    });
    return hasEnded ? undefined : { userId: sub, sessionId: sid, username: name, roles };
  }
}

/** The public key (PEM) that tokens are checked with. Throws with the file's name and what was expected. */
export function readPublicKey(file: string): string {
  try {
    const key = createPublicKey(readFileSync(file, 'utf8'));
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('it is for another algorithm');
    return key.export({ type: 'spki', format: 'pem' }).toString();
  } catch (cause) {
    throw new Error(`${file}: expected a P-256 public key (PEM), as control-api writes it: ${(cause as Error).message}`, { cause });
  }
}
