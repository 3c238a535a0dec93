import { z } from 'zod';
import { answer } from './naming.ts';
import { maxNameLength } from './limits.ts';

export const captureStates = ['queued', 'analysing', 'done', 'failed'] as const;

export const CaptureId = z.string().regex(/^[0-9a-f-]{36}$/, 'a capture id is expected, as in the list of captures');

/** Only a label: it never becomes part of a path. */
export const UploadParameters = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, 'a file name is needed: ?name=capture.pcap')
    .max(maxNameLength, `a file name has at most ${String(maxNameLength)} characters`)
    .regex(/^[^\p{Cc}/\\]+$/u, 'a file name has no slashes or control characters')
    .default('upload.pcap')
    .describe('What the capture is called.'),
});

export const CaptureSummary = z
  .object({
    packets: z.int(),
    in_flows: z.int(),
    not_ip: z.int(),
    refused: z.record(z.string(), z.int()).describe('By reason.'),
    redacted: z.record(z.string(), z.int()).optional().describe('Secrets taken out before storage, by kind.'),
    content: z
      .record(z.string(), z.int())
      .optional()
      .describe('Bodies and payloads: how many were kept, how many bytes were cut or refused.'),
  })
  .describe('Where each packet went: packets = in_flows + not_ip + the sum of refused.');

export const Capture = answer(
  'Capture',
  z.object({
    id: z.string(),
    name: z.string(),
    bytes: z.int(),
    sha256: z.string(),
    state: z.enum(captureStates),
    progress: z.number().min(0).max(1),
    uploaded_at: z.string(),
    uploaded_by: z.string(),
    packets: z.int(),
    records: z.record(z.string(), z.int()).describe('By dataset.'),
    first: z.string().optional().describe('Time of the first packet.'),
    last: z.string().optional().describe('Time of the last packet.'),
    message: z.string().optional().describe('What went wrong; also there when a file ended early and what was read is kept.'),
    summary: CaptureSummary.optional(),
  }),
);
export type Capture = z.infer<typeof Capture>;
