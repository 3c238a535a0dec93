import { randomBytes } from 'node:crypto';
import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyReply } from 'fastify';

/**
 * Headers of every answer. Pages may load nothing from elsewhere, run no script that is not a file of ours, and be framed by nobody. Styles that
 * the components make at run time carry a nonce.
 */
export async function addSecurityHeaders(fastify: FastifyInstance): Promise<void> {
  await fastify.register(helmet, {
    global: true,
    contentSecurityPolicy: { useDefaults: false, directives: policy() },
    // Only means something over TLS, which a proxy in front would bring and would then say.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  });
}

const nonces = new WeakMap<object, string>();

/** The nonce that this answer's policy allows for styles. */
export function styleNonce(reply: FastifyReply['raw']): string {
  const known = nonces.get(reply);
  if (known !== undefined) return known;
  const nonce = randomBytes(16).toString('base64');
  nonces.set(reply, nonce);
  return nonce;
}

function policy(): Record<string, (string | ((request: unknown, reply: unknown) => string))[]> {
  return {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", (_request, reply) => `'nonce-${styleNonce(reply as FastifyReply['raw'])}'`],
    imgSrc: ["'self'", 'data:', 'blob:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    workerSrc: ["'self'", 'blob:'],
    manifestSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    objectSrc: ["'none'"],
    frameAncestors: ["'none'"],
  };
}
