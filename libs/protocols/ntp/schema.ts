import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';

export const schema: DatasetSchema = {
  dataset: 'ntp',
  title: 'NTP',
  record: 'one request with its answer, or a lone message',
  fields: {
    'ntp.version': { type: 'integer', label: 'Version', help: 'Protocol version of the first message.', example: 4 },
    'ntp.mode': {
      type: 'keyword',
      label: 'Mode',
      help: 'Of the first message: client, server, symmetric-active, symmetric-passive, broadcast, control or private.',
      example: 'client',
    },
    'ntp.stratum': {
      type: 'integer',
      label: 'Stratum',
      help: 'Distance from a reference clock: 1 for a server that has one, 0 if unknown or refused. Of the answer where there is one, as all that follows.',
      example: 2,
    },
    'ntp.reference_id': {
      type: 'keyword',
      label: 'Reference',
      help: 'Clock or kiss code as text at strata 0 and 1, else the server asked, dotted.',
      example: 'GPS',
    },
    'ntp.leap': {
      type: 'keyword',
      label: 'Leap second',
      help: 'Announced for the end of the month: none, add, delete; or unsynchronized.',
      example: 'none',
    },
    'ntp.poll': { type: 'float', unit: 's', label: 'Poll interval', help: 'Seconds between messages, at most.', example: 64 },
    'ntp.precision': { type: 'float', unit: 's', label: 'Precision', help: 'Of the clock, in seconds.', example: 0.000001 },
    'ntp.root_delay': {
      type: 'float',
      unit: 's',
      label: 'Root delay',
      help: 'Round trip to the reference clock, in seconds.',
      example: 0.0021,
    },
    'ntp.root_dispersion': {
      type: 'float',
      unit: 's',
      label: 'Root dispersion',
      help: 'Error against the reference clock at most, in seconds.',
      example: 0.0003,
    },
    'ntp.reference_time': { type: 'date', label: 'Last set', help: 'When the clock was last set or corrected, by itself.' },
    'ntp.transmit_time': {
      type: 'date',
      label: 'Clock',
      help: 'What the clock showed as the message left; some clients send a random number.',
    },
    'ntp.response_time': {
      type: 'integer',
      unit: 'ns',
      label: 'Response time',
      help: 'Nanoseconds from the request to the first message of its answer.',
    },
    'ntp.response.bytes': { type: 'integer', unit: 'byte', label: 'Answer size', help: 'Length of the answer, all its messages together.' },
    'ntp.response.messages': { type: 'integer', label: 'Answer messages', help: 'Messages of the answer, where several.' },
    'ntp.operation': {
      type: 'keyword',
      label: 'Operation',
      help: 'What a control or private message asks of the daemon, by name where it has one.',
      example: 'read-variables',
    },
    'ntp.error_code': {
      type: 'integer',
      label: 'Error',
      help: 'Why the daemon refused a control or private request, by number.',
      example: 1,
    },
  },
};
