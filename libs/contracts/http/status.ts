import { z } from 'zod';
import { answer } from './naming.ts';

export const StatusAnswer = answer(
  'Status',
  z.object({
    version: z.string(),
    uptime_s: z.number(),
    store: z.object({
      records: z.int(),
      bytes: z.int(),
      segments: z.int(),
      oldest: z.string().optional(),
      newest: z.string().optional(),
    }),
    live: z
      .object({
        interface: z.string(),
        packets: z.int(),
        dropped: z.int(),
        since: z.string(),
        message: z.string().optional().describe('Why it does not capture (any more).'),
      })
      .optional()
      .describe('There when this process captures.'),
    quality: z.record(z.string(), z.number()).describe('Counters of what was lost, cut or refused, since the process started.'),
  }),
);
export type StatusAnswer = z.infer<typeof StatusAnswer>;

export const HealthAnswer = answer(
  'Health',
  z.object({ status: z.enum(['ok', 'starting', 'stopping', 'failing']), checks: z.record(z.string(), z.string()).optional() }),
);
export type HealthAnswer = z.infer<typeof HealthAnswer>;
