import type { DatasetSchema, Field } from './schema.ts';
import type { DatasetView } from './view.ts';

const packets = (label: string, help: string): Field => ({ type: 'integer', unit: 'packet', label, help, example: 12 });
const bytes = (label: string, help: string): Field => ({ type: 'integer', unit: 'byte', label, help, example: 4096 });

/** One conversation at layers 3 and 4, whether or not a parser understood it. */
export const flowSchema: DatasetSchema = {
  dataset: 'flow',
  title: 'Flows',
  record: 'one conversation at layers 3 and 4',
  fields: {
    'source.packets': packets('Source packets', 'Packets that the opening side sent.'),
    'destination.packets': packets('Destination packets', 'Packets that the called side sent.'),
    'network.packets': packets('Packets', 'Packets of both sides.'),
    'source.bytes': bytes('Source bytes', 'Whole frames that the opening side sent, as long as they were on the wire.'),
    'destination.bytes': bytes('Destination bytes', 'Whole frames that the called side sent, as long as they were on the wire.'),
    'network.bytes': bytes('Bytes', 'Whole frames of both sides, as long as they were on the wire.'),
    'flow.source.ip_bytes': bytes('Source IP bytes', 'IP packets of the opening side, header and payload, by their length fields.'),
    'flow.destination.ip_bytes': bytes(
      'Destination IP bytes',
      'IP packets of the called side, header and payload, by their length fields.',
    ),
    'flow.source.payload_bytes': bytes('Source payload', 'Transport payload of the opening side; retransmissions count each time.'),
    'flow.destination.payload_bytes': bytes(
      'Destination payload',
      'Transport payload of the called side; retransmissions count each time.',
    ),
    'flow.source.stream_bytes': bytes(
      'Source stream',
      'TCP payload of the opening side by its sequence numbers: holes count, retransmissions do not.',
    ),
    'flow.destination.stream_bytes': bytes(
      'Destination stream',
      'TCP payload of the called side by its sequence numbers: holes count, retransmissions do not.',
    ),
    'flow.state': {
      type: 'keyword',
      label: 'State',
      help: 'How the conversation opened and ended, in the words of Zeek: S0 S1 SF REJ S2 S3 RSTO RSTR RSTOS0 RSTRH SH SHR OTH.',
      example: 'SF',
    },
    'flow.history': {
      type: 'keyword',
      label: 'History',
      help: 'What happened, a letter an event, as Zeek writes it: upper case for the opening side; S SYN, h SYN+ACK, A ACK, D data, F FIN, R RST, G gap, T retransmission, W zero window, C bad checksum.',
      example: 'ShADadFf',
    },
    'flow.end_reason': {
      type: 'keyword',
      label: 'Ended by',
      help: 'fin, rst, idle, active-timeout, end-of-capture or evicted.',
      example: 'fin',
    },
    'flow.tcp.retransmissions': packets('Retransmissions', 'TCP segments whose payload had been sent before.'),
    'flow.source.retransmissions': packets('Source retransmissions', 'Of those, the ones that the opening side sent.'),
    'flow.destination.retransmissions': packets('Destination retransmissions', 'Of those, the ones that the called side sent.'),
    'flow.tcp.out_of_order': packets('Out of order', 'TCP segments that came behind one that follows them in the stream.'),
    'flow.tcp.zero_windows': packets('Zero windows', 'TCP segments that told the peer to stop sending.'),
    'flow.tcp.conflicting_overlaps': packets(
      'Conflicting overlaps',
      'TCP segments that sent bytes anew with another content; the first content was taken.',
    ),
    'flow.tcp.handshake_rtt': {
      type: 'integer',
      unit: 'ns',
      label: 'Handshake time',
      help: 'From the SYN to the ACK that ends the handshake.',
      example: 12_000_000,
    },
    'network.protocols': {
      type: 'keyword',
      many: true,
      label: 'Protocols',
      help: 'Every protocol recognised in the conversation, outermost first.',
      example: 'tls',
    },
    'flow.abandoned': {
      type: 'keyword',
      many: true,
      label: 'Not understood',
      help: 'Why a parser gave the conversation up, or part of it: `reassembly-limit` where more waited for missing bytes, `conversation-limit` where more conversations went on, than memory allows.',
      example: 'reassembly-limit',
    },
    'flow.icmp.type': { type: 'integer', label: 'ICMP type', help: 'Type of the first ICMP message of the conversation.', example: 8 },
    'flow.icmp.code': { type: 'integer', label: 'ICMP code', help: 'Code of the first ICMP message of the conversation.', example: 0 },
    'source.payload.content_id': { type: 'keyword', label: 'Source payload kept', help: 'Opens the kept payload of the opening side.' },
    'source.payload.kept_bytes': bytes('Source payload kept', 'How much of the payload of the opening side was kept.'),
    'destination.payload.content_id': {
      type: 'keyword',
      label: 'Destination payload kept',
      help: 'Opens the kept payload of the called side.',
    },
    'destination.payload.kept_bytes': bytes('Destination payload kept', 'How much of the payload of the called side was kept.'),
  },
};

export const flowView: DatasetView = {
  columns: [
    '@timestamp',
    'source.ip',
    'source.port',
    'destination.ip',
    'destination.port',
    'network.transport',
    'network.protocol',
    'network.bytes',
    'network.packets',
    'flow.state',
    'event.duration',
  ],
  facets: ['network.protocol', 'network.transport', 'source.ip', 'destination.ip', 'destination.port', 'flow.state'],
  timelineBy: 'network.protocol',
  summary:
    '{source.ip}[:{source.port}] → {destination.ip}[:{destination.port}] {network.transport}[ {network.protocol}], {network.packets} packets[, {flow.state}]',
  sections: [
    {
      kind: 'fields',
      title: 'Conversation',
      fields: [
        'network.transport',
        'network.protocols',
        'flow.state',
        'flow.history',
        'flow.end_reason',
        'event.start',
        'event.end',
        'event.duration',
        'flow.tunnel',
        'flow.parent_id',
        'network.vlan.id',
        'network.community_id',
        'flow.abandoned',
      ],
    },
    {
      kind: 'fields',
      title: 'Source',
      fields: [
        'source.ip',
        'source.port',
        'source.mac',
        'source.packets',
        'source.bytes',
        'flow.source.ip_bytes',
        'flow.source.payload_bytes',
        'flow.source.stream_bytes',
      ],
    },
    {
      kind: 'fields',
      title: 'Destination',
      fields: [
        'destination.ip',
        'destination.port',
        'destination.mac',
        'destination.packets',
        'destination.bytes',
        'flow.destination.ip_bytes',
        'flow.destination.payload_bytes',
        'flow.destination.stream_bytes',
      ],
    },
    {
      kind: 'fields',
      title: 'Quality',
      fields: [
        'flow.missed_bytes',
        'flow.tcp.handshake_rtt',
        'flow.tcp.retransmissions',
        'flow.source.retransmissions',
        'flow.destination.retransmissions',
        'flow.tcp.out_of_order',
        'flow.tcp.zero_windows',
        'flow.tcp.conflicting_overlaps',
        'flow.icmp.type',
        'flow.icmp.code',
      ],
    },
    { kind: 'content', title: 'Source payload', id: 'source.payload.content_id' },
    { kind: 'content', title: 'Destination payload', id: 'destination.payload.content_id' },
  ],
};
