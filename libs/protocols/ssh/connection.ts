import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { Identification } from './identification.ts';
import type { HostKey, Proposal } from './key-exchange.ts';
import type { SignIn } from './sign-in.ts';

/** What one side showed of itself. */
export interface Party {
  identification: Identification | undefined;
  proposal: Proposal | undefined;
  /** From here on it sends encrypted. */
  isEncrypted: boolean;
  encryptedBytes: number;
  /** Bytes are missing, or make no sense. */
  isLost: boolean;
}

/** Everything that a connection told. */
export interface Connection {
  client: Party;
  server: Party;
  readonly start: Instant;
  hostKey: HostKey | undefined;
  /** SSH 1: the cipher that the client chose. */
  oldCipher: string | undefined;
  signIn: SignIn | undefined;
  isClosed: boolean;
}

export const newParty = (): Party => ({
  identification: undefined,
  proposal: undefined,
  isEncrypted: false,
  encryptedBytes: 0,
  isLost: false,
});

/** The version that two sides come to speak; undefined if only one is known, and it knows both. `1.99` is 2.0 that can do with less (RFC 4253, section 5.1). */
export function spokenVersion({ client, server }: Connection): string | undefined {
  const versions = [client.identification?.version, server.identification?.version].filter((version) => version !== undefined);
  const old = versions.find(isOldVersion);
  if (old !== undefined) return old;
  return versions.length === 2 || versions.includes('2.0') || client.proposal !== undefined || server.proposal !== undefined
    ? '2.0'
    : undefined;
}

const isOldVersion = (version: string): boolean => version.startsWith('1.') && version !== '1.99';
