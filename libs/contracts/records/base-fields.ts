import type { Field } from './schema.ts';

/** The mark of a record that another observer's repeats: who looks at what was observed counts those without it. */
export const twinField = 'observer.twin_of';

/** The fields that stand on every record, whatever its dataset. */
export const baseFields: Readonly<Record<string, Field>> = {
  '@timestamp': { type: 'date', label: 'Time', help: 'Start of the record: its first packet.', example: '2026-01-02T03:04:05.000006Z' },
  'event.id': { type: 'keyword', label: 'Record id', help: 'Stable: the same packets give the same id, however often they are processed.' },
  'event.dataset': { type: 'keyword', label: 'Dataset', help: 'What the record is about: flow, http, dns, tls.', example: 'http' },
  'event.start': { type: 'date', label: 'Start', help: 'First packet that belongs to the record.' },
  'event.end': { type: 'date', label: 'End', help: 'Last packet that belongs to the record.' },
  'event.duration': { type: 'integer', unit: 'ns', label: 'Duration', help: 'Nanoseconds from start to end.', example: 1_500_000 },
  'flow.id': { type: 'keyword', label: 'Flow id', help: 'The event.id of the flow that the record belongs to; on a flow, its own.' },
  'flow.parent_id': {
    type: 'keyword',
    label: 'Outer flow',
    help: 'Inside a tunnel: the flow.id of the conversation that carries this one.',
  },
  'flow.tunnel': { type: 'keyword', many: true, label: 'Tunnel', help: 'Encapsulations from the outside in.', example: 'vxlan' },
  'flow.missed_bytes': {
    type: 'integer',
    unit: 'byte',
    label: 'Missed bytes',
    help: 'Bytes that TCP sequence numbers prove existed and that the capture lacks.',
  },
  'source.ip': {
    type: 'ip',
    label: 'Source',
    help: 'Address of the side that opened the session; on a transaction, of the side that asks, which nearly always is the same.',
    example: '10.0.0.7',
  },
  'source.port': { type: 'integer', label: 'Source port', help: 'Port of the side that opened the session.', example: 52144 },
  'source.mac': {
    type: 'keyword',
    many: true,
    label: 'Source MAC',
    help: 'Link addresses that the opening side was seen with, in order; several where the capture saw it on more than one link.',
    example: '02:42:ac:11:00:02',
  },
  'destination.ip': { type: 'ip', label: 'Destination', help: 'Address of the side that was called.', example: '10.0.0.9' },
  'destination.port': { type: 'integer', label: 'Destination port', help: 'Port of the side that was called.', example: 443 },
  'destination.mac': {
    type: 'keyword',
    many: true,
    label: 'Destination MAC',
    help: 'Link addresses that the called side was seen with, in order.',
  },
  'source.domain': {
    type: 'keyword',
    label: 'Source name',
    help: 'What the source is called: the newest DNS answer seen before the record began that gave the name its address, one to the other side before one to anyone.',
    example: 'laptop.example.com',
  },
  'destination.domain': {
    type: 'keyword',
    label: 'Destination name',
    help: 'What the destination is called: the newest DNS answer seen before the record began that gave the name its address, one to the source before one to anyone.',
    example: 'shop.example.com',
  },
  'network.direction': {
    type: 'keyword',
    label: 'Direction',
    help: 'As the edge of the network sees it, private addresses being inside: internal, outbound, inbound or external; absent where the addresses do not tell.',
    example: 'outbound',
  },
  'network.type': { type: 'keyword', label: 'Network', help: 'ipv4, ipv6 or arp.', example: 'ipv4' },
  'network.transport': { type: 'keyword', label: 'Transport', help: 'IANA keyword of the transport protocol.', example: 'tcp' },
  'network.protocol': {
    type: 'keyword',
    label: 'Protocol',
    help: 'Main application protocol, recognised by content; absent when unknown.',
    example: 'http',
  },
  'network.community_id': {
    type: 'keyword',
    label: 'Community ID',
    help: 'Community ID version 1 with seed 0: the same for both directions and in other tools.',
  },
  'network.vlan.id': { type: 'integer', many: true, label: 'VLAN', help: 'VLAN identifiers, outermost first.', example: 100 },
  'log.file.path': { type: 'keyword', label: 'Capture file', help: 'The capture that the record was read from.' },
  'observer.name': { type: 'keyword', label: 'Observer', help: 'The whisperer that saw it.' },
  'observer.hostname': { type: 'keyword', label: 'Observer host', help: 'The host that the whisperer runs on.' },
  'observer.ingress.interface.name': {
    type: 'keyword',
    label: 'Interface',
    help: 'The interface that it was captured on.',
    example: 'eth0',
  },
  [twinField]: {
    type: 'keyword',
    label: 'Twin of',
    help: 'Observer and interface whose record of the same conversation came first; absent on that one. Searches leave twins out unless they ask for them.',
    example: 'node-1/eth0',
  },
};
