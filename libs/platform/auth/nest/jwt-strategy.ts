import { randomUUID } from 'node:crypto';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { audience, Claims, issuer, type Bearer } from '../access-token.ts';
import { algorithm } from '../keys.ts';

export interface TokenCheck {
  /** PEM. */
  readonly publicKey: string;
  /** Whom the claims speak for, or undefined if their session has ended. */
  bearerOf(claims: Claims): Bearer | undefined | Promise<Bearer | undefined>;
}

/**
 * Registers a strategy that takes a token from the Authorization header only, signed by our key with our algorithm, for us. Returns its name: each
 * application has its own, since passport keeps one list for the whole process.
 */
export function registerStrategy(check: TokenCheck): string {
  const name = `orbweaver-jwt-${randomUUID()}`;
  class JwtStrategy extends PassportStrategy(Strategy, name) {
    constructor() {
      super({
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        secretOrKey: check.publicKey,
        algorithms: [algorithm],
        issuer,
        audience,
      });
    }

    async validate(payload: unknown): Promise<Bearer | false> {
      const claims = Claims.safeParse(payload);
      return (claims.success && (await check.bearerOf(claims.data))) || false;
    }
  }
  new JwtStrategy();
  return name;
}
