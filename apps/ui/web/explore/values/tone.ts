export type Tone = 'good' | 'notice' | 'warn' | 'bad';

const badStates = new Set(['REJ', 'RSTO', 'RSTR', 'RSTOS0', 'RSTRH']);
/** S1 is none of them: a connection that goes on is in good order. */
const halfStates = new Set(['S0', 'S2', 'S3', 'SH', 'SHR']);

/** Whether a value is good or bad news; undefined where it is neither. */
export function toneOf(field: string, value: unknown): Tone | undefined {
  switch (field) {
    case 'http.response.status_code':
      return statusTone(Number(value));
    case 'dns.response_code':
      return value === 'NOERROR' ? 'good' : value === 'NXDOMAIN' ? 'warn' : 'bad';
    case 'tls.established':
      return value === true || value === 'true' ? 'good' : 'warn';
    case 'event.outcome':
      return value === 'success' ? 'good' : value === 'failure' ? 'bad' : undefined;
    case 'flow.state':
      return value === 'SF' ? 'good' : badStates.has(String(value)) ? 'bad' : halfStates.has(String(value)) ? 'warn' : undefined;
    case 'flow.missed_bytes':
      return Number(value) > 0 ? 'warn' : undefined;
    default:
      return undefined;
  }
}

function statusTone(status: number): Tone | undefined {
  if (status >= 500) return 'bad';
  if (status >= 400) return 'warn';
  if (status >= 300) return 'notice';
  return status >= 200 ? 'good' : undefined;
}
