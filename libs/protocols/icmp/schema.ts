import type { DatasetSchema } from '@orbweaver/contracts/records/schema.ts';

export const schema: DatasetSchema = {
  dataset: 'icmp',
  title: 'ICMP',
  record: 'one echo with its reply, or a lone message',
  fields: {
    'icmp.type': { type: 'integer', label: 'Type', help: 'Type of the first message: 8 is an echo, in ICMPv6 128.', example: 8 },
    'icmp.code': { type: 'integer', label: 'Code', help: 'Code of the first message: what kind of its type it is.', example: 0 },
    'icmp.message': {
      type: 'keyword',
      label: 'Message',
      help: 'What IANA calls the type of the first message and, in parentheses, its code where that tells more.',
      example: 'destination unreachable (port unreachable)',
    },
    'icmp.id': { type: 'integer', label: 'Id', help: 'Identifier of an echo or another question: who asks.', example: 4711 },
    'icmp.seq': { type: 'integer', label: 'Sequence', help: 'Sequence number of an echo or another question.', example: 1 },
    'icmp.response_time': {
      type: 'integer',
      unit: 'ns',
      label: 'Response time',
      help: 'Nanoseconds from the echo to its reply.',
      example: 350_000,
    },
    'icmp.original.network.community_id': {
      type: 'keyword',
      label: 'About flow',
      help: 'Community ID of the flow that an error message is about, from the packet that it quotes.',
    },
  },
};
