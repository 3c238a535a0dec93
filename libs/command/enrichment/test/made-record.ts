import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { formatInstant } from '@orbweaver/kernel/instant.ts';

/** A record with what every record has. */
export function made(fields: Partial<TrafficRecord>): TrafficRecord {
  const time = fields['@timestamp'] ?? at(0);
  return {
    '@timestamp': time,
    'event.id': '0123456789abcdef01234567',
    'event.dataset': 'flow',
    'event.start': time,
    'event.end': time,
    'event.duration': 0,
    'flow.id': '0123456789abcdef01234567',
    ...(fields as object),
  };
}

const origin = 1_767_323_045;

/** So many seconds behind the beginning of the test's time. */
export function at(seconds: number): string {
  const whole = Math.floor(seconds);
  return formatInstant(origin + whole, Math.round((seconds - whole) * 1e9), 6);
}

/** An answer that came at `seconds`. */
export function answer(client: string, name: string, address: string, seconds: number, ttl = 60): TrafficRecord {
  return made({
    '@timestamp': at(seconds - 0.01),
    'event.end': at(seconds),
    'event.dataset': 'dns',
    'source.ip': client,
    'source.port': 40_000,
    'destination.ip': '10.0.0.53',
    'destination.port': 53,
    'dns.response_code': 'NOERROR',
    'dns.question.name': name,
    'dns.answers': [{ name, type: address.includes(':') ? 'AAAA' : 'A', class: 'IN', ttl, data: address }],
  });
}

/** A flow that began at `seconds`. */
export function call(source: string, destination: string, seconds: number): TrafficRecord {
  return made({ '@timestamp': at(seconds), 'event.end': at(seconds + 1), 'source.ip': source, 'destination.ip': destination });
}
