import type { Instant } from '@orbweaver/kernel/instant.ts';
import type { Reply } from './reply-reader.ts';

/** What holds for the whole connection. */
export interface Session {
  /** As the client called itself last; empty if it gave no name. */
  helo: string;
  variant: 'SMTP' | 'ESMTP' | 'LMTP' | undefined;
  greeting: Reply | undefined;
  lastReply: Reply | undefined;
  /** The last one's that was no good-bye; 0 without one. */
  lastCode: number;
  isSignedIn: boolean;
  isSignInAsked: boolean;
  /** Commands are missing, or answers since one asked to sign in: it may have succeeded. */
  mayHaveSignedIn: boolean;
  /** The server agreed to turn to TLS. */
  isTls: boolean;
  /** Bits of `Anomaly`. */
  anomalies: number;
  readonly start: Instant;
  readonly end: Instant;
}

export function newSession(now: Instant): Session {
  return {
    helo: '',
    variant: undefined,
    greeting: undefined,
    lastReply: undefined,
    lastCode: 0,
    isSignedIn: false,
    isSignInAsked: false,
    mayHaveSignedIn: false,
    isTls: false,
    anomalies: 0,
    start: now.copy(),
    end: now.copy(),
  };
}
