import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { roles, type Role } from '@orbweaver/contracts/http/auth.ts';
import { routes } from '@orbweaver/contracts/http/routes.ts';
import { operationOf } from '../../service/nest/operation.ts';
import { ProblemError } from '../../service/problem-error.ts';
import type { Bearer } from '../access-token.ts';
import { registerStrategy, type TokenCheck } from './jwt-strategy.ts';

/**
 * Denies whatever the contract does not open. Public operations pass; those of the refresh cookie look at it themselves; all others need a
 * token whose bearer has the role.
 */
export function accessGuard(tokens: TokenCheck): CanActivate {
  class AccessGuard extends AuthGuard(registerStrategy(tokens)) {
    override async canActivate(context: ExecutionContext): Promise<boolean> {
      const name = operationOf(context.getHandler());
      if (name === undefined) throw new ProblemError('forbidden', 'This is not open to anybody.');
      const { access } = routes[name];
      if (access === 'public' || access === 'cookie') return true;
      await super.canActivate(context);
      const bearer = context.switchToHttp().getRequest<{ user: Bearer }>().user;
      if (!mayAct(bearer.roles, access)) throw new ProblemError('forbidden', `This needs the role ${access}.`);
      return true;
    }

    override handleRequest<User>(error: unknown, user: User | false, info: unknown): User {
      if (error) throw error;
      if (user) return user;
      // What passport says of the failure; nothing where the signature was good and the session has ended.
      const failure = info as Error | undefined;
      if (failure === undefined) throw denied('token-invalid', 'The session has ended; sign in again.', 'error="invalid_token"');
      if (failure.name === 'TokenExpiredError')
        throw denied('token-expired', 'The access token has expired; auth/refresh gives a new one.', 'error="invalid_token"');
      if (failure.message === 'No auth token') throw denied('token-missing', 'Send an access token: Authorization: Bearer …', undefined);
      throw denied('token-invalid', 'The access token is not valid.', 'error="invalid_token"');
    }
  }
  return new AccessGuard();
}

/** Each role includes those behind it in `roles`. */
function mayAct(held: readonly Role[], needed: Role): boolean {
  return held.some((role) => roles.indexOf(role) <= roles.indexOf(needed));
}

function denied(kind: 'token-missing' | 'token-invalid' | 'token-expired', detail: string, parameters: string | undefined): ProblemError {
  return new ProblemError(kind, detail, {
    headers: { 'www-authenticate': `Bearer realm="orbweaver"${parameters === undefined ? '' : `, ${parameters}`}` },
  });
}
