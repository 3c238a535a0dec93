import type { App } from './topics.ts';

/** A part of the key space, with the one app that writes it. */
export interface RedisPrefix {
  readonly prefix: string;
  readonly writer: App;
  readonly holds: string;
}

export const redisPrefixes = {
  checkpoints: {
    prefix: 'orbweaver:dissector:checkpoint:',
    writer: 'dissector',
    holds: 'by partition of the frames: where to begin again, and which conversations were over by then',
  },
  endedSessions: {
    prefix: 'orbweaver:control-api:ended:',
    writer: 'control-api',
    holds: 'sessions that ended while an access token of theirs may still be good',
  },
} as const satisfies Record<string, RedisPrefix>;
