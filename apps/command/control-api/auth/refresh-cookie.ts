import type { FastifyReply, FastifyRequest } from 'fastify';
import { apiPrefix } from '@orbweaver/contracts/http/route.ts';
import { ProblemError } from '@orbweaver/platform/service/problem-error.ts';

/** Sent to the operations under `auth` only, out of reach of scripts, never along with a request that another site began. */
export const cookieName = 'orbweaver_refresh';
const attributes = `Path=${apiPrefix}/auth; HttpOnly; SameSite=Strict`;

export function setRefreshCookie(request: FastifyRequest, reply: FastifyReply, token: string, expiresAt: number): void {
  const seconds = Math.max(0, Math.floor((expiresAt - Date.now()) / 1000));
  reply.header('set-cookie', `${cookieName}=${token}; Max-Age=${String(seconds)}; ${attributes}${secure(request)}`);
}

export function clearRefreshCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('set-cookie', `${cookieName}=; Max-Age=0; ${attributes}${secure(request)}`);
}

/** The refresh token that came with the request, if any. A request that another site began is refused. */
export function refreshCookie(request: FastifyRequest): string | undefined {
  refuseOtherSites(request);
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const equals = part.indexOf('=');
    if (part.slice(0, equals).trim() === cookieName) return part.slice(equals + 1).trim() || undefined;
  }
  return undefined;
}

/**
 * Refuses what another site began. SameSite=Strict keeps the cookie from other sites; this also keeps out a page on another port of the same host, which is
 * the same site.
 */
export function refuseOtherSites({ headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  const foreign =
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    (headers.origin !== undefined && hostOf(headers.origin) !== headers.host);
  if (foreign) throw new ProblemError('forbidden', 'This request was begun by another site.');
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

const secure = (request: FastifyRequest) => (request.protocol === 'https' ? '; Secure' : '');
