import { Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { LinkRequest, PasswordRequest, SignedIn, SignInRequest, User } from '@orbweaver/contracts/http/auth.ts';
import type { Bearer } from '@orbweaver/platform/auth/access-token.ts';
import { Authentication, type Grant, type SignInOutcome } from '@orbweaver/platform/auth/authentication.ts';
import { JsonBody, Operation } from '@orbweaver/platform/service/nest/operation.ts';
import { ProblemError } from '@orbweaver/platform/service/problem-error.ts';
import { clearRefreshCookie, refreshCookie, refuseOtherSites, setRefreshCookie } from './refresh-cookie.ts';
import { CurrentBearer } from './current-bearer.ts';

type Body<Schema extends z.ZodType> = z.output<Schema>;

@Controller()
export class AuthController {
  constructor(@Inject(Authentication) private readonly authentication: Authentication) {}

  @Operation('signIn')
  async signIn(
    @JsonBody() { username, password }: Body<typeof SignInRequest>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedIn> {
    // Nobody is signed in as somebody else without knowing it.
    refuseOtherSites(request);
    const outcome = await this.authentication.signIn(username, password, request.ip);
    return answer(granted(outcome, 'The user name or the password is wrong.'), request, reply);
  }

  @Operation('signInByLink')
  async signInByLink(
    @JsonBody() { token }: Body<typeof LinkRequest>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedIn> {
    refuseOtherSites(request);
    const outcome = await this.authentication.signInByLink(token, request.ip);
    return answer(granted(outcome, 'The link was used before, has expired, or was replaced by a newer one.'), request, reply);
  }

  @Operation('refresh')
  async refresh(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SignedIn> {
    const token = refreshCookie(request);
    const grant = token === undefined ? undefined : await this.authentication.refresh(token);
    if (grant !== undefined) return answer(grant, request, reply);
    clearRefreshCookie(request, reply);
    throw new ProblemError('token-invalid', 'There is no session to go on with; sign in.');
  }

  @Operation('signOut')
  signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): void {
    const token = refreshCookie(request);
    if (token !== undefined) this.authentication.signOut(token);
    clearRefreshCookie(request, reply);
  }

  @Operation('me')
  me(@CurrentBearer() bearer: Bearer): User {
    const user = this.authentication.users.byId(bearer.userId);
    if (user === undefined) throw new ProblemError('not-found', 'This user no longer exists.');
    return user;
  }

  @Operation('setPassword')
  async setPassword(@JsonBody() { current, new: next }: Body<typeof PasswordRequest>, @CurrentBearer() bearer: Bearer): Promise<void> {
    const outcome = await this.authentication.setPassword(bearer, current, next);
    if (outcome === 'wrong-current')
      throw new ProblemError('forbidden', 'The current password is wrong.', {
        items: [{ path: 'current', message: 'is not the current password' }],
      });
    if (outcome !== 'done') throw tooManyAttempts(outcome.milliseconds);
  }
}

function granted(outcome: SignInOutcome, refusal: string): Grant {
  if (outcome.kind === 'granted') return outcome.grant;
  if (outcome.kind === 'wait') throw tooManyAttempts(outcome.milliseconds);
  throw new ProblemError('sign-in-failed', refusal);
}

function tooManyAttempts(milliseconds: number): ProblemError {
  const seconds = String(Math.ceil(milliseconds / 1000));
  return new ProblemError('too-many-attempts', `Too many attempts failed; try again in ${seconds} s.`, {
    headers: { 'retry-after': seconds },
  });
}

function answer(grant: Grant, request: FastifyRequest, reply: FastifyReply): SignedIn {
  setRefreshCookie(request, reply, grant.refreshToken, grant.refreshExpiresAt);
  return { access_token: grant.accessToken, token_type: 'Bearer', expires_in: grant.expiresIn, user: grant.user };
}
