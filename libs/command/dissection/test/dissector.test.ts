import { flowSchema } from '@orbweaver/contracts/records/flow-schema.ts';
import { baseFields } from '@orbweaver/contracts/records/base-fields.ts';
import { defaultTimeouts } from '@orbweaver/packet/flow/timeouts.ts';
import type { ContentSink } from '@orbweaver/protocols/sdk/content.ts';
import { describe, expect, it } from 'vitest';
import { echo } from './echo-protocol.ts';
import { Talk, client, dissect, ipFrame, server, tcpFrame, udpFrame } from './frames.ts';

const gre = (inner: Buffer): Buffer =>
  ipFrame({ host: 8, port: 0 }, { host: 9, port: 0 }, 47, Buffer.concat([Buffer.of(0, 0, 8, 0), inner.subarray(14)]));

const arp = Buffer.concat([
  Buffer.alloc(12),
  Buffer.of(8, 6, 0, 1, 8, 0, 6, 4, 0, 1),
  Buffer.alloc(6),
  Buffer.of(10, 0, 0, 1),
  Buffer.alloc(6),
  Buffer.of(10, 0, 0, 2),
]);

describe('every packet is accounted for', () => {
  const lldp = Buffer.concat([Buffer.alloc(12), Buffer.of(0x88, 0xcc), Buffer.alloc(46)]);
  const cut = tcpFrame(client, server, 'S', 1, 0).subarray(0, 30);

  it('in_flows_not_ip_or_refused_with_a_reason', () => {
    const { flows, dissector } = dissect([
      udpFrame(client, server, Buffer.from('x')),
      lldp,
      arp,
      cut,
      gre(tcpFrame(client, server, 'S', 1, 0)),
    ]);
    const summary = dissector.summary();
    const refused = Object.values(summary.refused).reduce((a, b) => a + b, 0);
    expect(summary).toMatchObject({ packets: 6, frames: 5, unwrapped: 1, in_flows: 4, not_ip: 1, refused: { truncated_ipv4_header: 1 } });
    expect(summary.packets).toBe(summary.in_flows + summary.not_ip + refused);
    expect(flows.reduce((sum, flow) => sum + (flow['network.packets'] as number), 0)).toBe(summary.in_flows);
  });

  it('arp_is_a_flow_of_its_own_type', () => {
    const { flows } = dissect([arp]);
    expect(flows).toMatchObject([{ 'network.type': 'arp', 'source.ip': '10.0.0.1', 'destination.ip': '10.0.0.2', 'network.packets': 1 }]);
    expect(flows[0]).not.toHaveProperty('network.transport');
  });

  it('a_million_openings_would_fit_since_each_holds_no_object', () => {
    const frames = Array.from({ length: 3000 }, (_, i) => tcpFrame({ host: i % 250, port: 1000 + i }, server, 'S', i, 0));
    const { flows, dissector } = dissect(frames, { flowLimit: 500 });
    expect(flows).toHaveLength(3000);
    expect(dissector.summary()).toMatchObject({ flows_evicted: 2500, in_flows: 3000 });
  });
});

describe('flow records', () => {
  it('have_declared_fields_only', () => {
    const talk = new Talk();
    const { flows } = dissect([
      ...talk.open(),
      talk.say('x'),
      talk.lose(3).say('y'),
      talk.answer('z'),
      gre(udpFrame(client, server, Buffer.from('q'))),
    ]);
    const declared = { ...baseFields, ...flowSchema.fields };
    expect(flows.flatMap((flow) => Object.keys(flow)).filter((name) => !(name in declared))).toEqual([]);
    expect(flows.length).toBe(3);
  });

  it('count_frames_packets_and_payload_each_in_its_own_measure', () => {
    const { flows } = dissect([udpFrame(client, server, Buffer.alloc(100)), udpFrame(server, client, Buffer.alloc(50))]);
    expect(flows).toMatchObject([
      {
        'source.bytes': 142,
        'destination.bytes': 92,
        'flow.source.ip_bytes': 128,
        'flow.destination.ip_bytes': 78,
        'flow.source.payload_bytes': 100,
        'flow.destination.payload_bytes': 50,
        'source.mac': ['02:00:00:00:00:01'],
        'destination.mac': ['02:00:00:00:00:02'],
        '@timestamp': '2026-01-01T00:00:00.000000Z',
        'event.end': '2026-01-01T00:00:00.001000Z',
        'event.duration': 1_000_000,
      },
    ]);
  });

  it('inside_a_tunnel_name_it_and_the_flow_that_carries_them', () => {
    const { flows } = dissect([gre(udpFrame(client, server, Buffer.from('x')))]);
    const [outer, inner] = flows;
    expect(outer).toMatchObject({ 'network.transport': 'gre', 'network.protocol': 'gre', 'source.ip': '192.0.2.8' });
    expect(inner).toMatchObject({
      'flow.tunnel': ['gre'],
      'flow.parent_id': outer!['flow.id'],
      'source.ip': '192.0.2.1',
      'source.bytes': outer!['source.bytes'],
    });
  });

  it('of_the_same_packets_are_the_same_whatever_file_they_came_from', () => {
    const talk = new Talk();
    const frames = [...talk.open(), talk.say('echo x'), talk.answer('y')];
    const ids = (filePath: string): unknown[] => dissect(frames, { filePath }, [echo()]).records.map((record) => record['event.id']);
    expect(ids('a.pcap')).toEqual(ids('b.pcap'));
  });

  it('say_who_saw_them_and_are_others_for_another_observer', () => {
    const observer = { name: 'w1', hostname: 'node-1', interface: 'eth0' };
    const frames = [udpFrame(client, server, Buffer.from('x'))];
    const [seen] = dissect(frames, { observer }).flows;
    expect(seen).toMatchObject({ 'observer.name': 'w1', 'observer.hostname': 'node-1', 'observer.ingress.interface.name': 'eth0' });
    expect(dissect(frames).flows[0]!['event.id']).not.toBe(seen!['event.id']);
  });
});

describe('options', () => {
  const tagged = (vlan: number): Buffer => {
    const frame = udpFrame(client, server, Buffer.from('x'));
    return Buffer.concat([frame.subarray(0, 12), Buffer.of(0x81, 0, 0, vlan), frame.subarray(12)]);
  };

  it('vlans_tell_flows_apart_only_where_asked_to', () => {
    expect(dissect([tagged(1), tagged(2)]).flows).toMatchObject([{ 'network.packets': 2, 'network.vlan.id': [1, 2] }]);
    expect(dissect([tagged(1), tagged(2)], { flowKeyVlan: true }).flows).toHaveLength(2);
  });

  it('records_of_other_datasets_are_left_out', () => {
    const talk = new Talk();
    const { records, dissector } = dissect([...talk.open(), talk.say('echo x')], { records: new Set(['echo']) }, [echo()]);
    expect(records.map((record) => record['event.dataset'])).toEqual(['echo']);
    expect(dissector.summary().records).toEqual({ echo: 1, flow: 1 });
  });

  /** Puts what is kept into a list. */
  const keepIn = (kept: string[]): ContentSink => ({
    open: (kind) => {
      let text = '';
      return {
        append: (bytes, start, end) => void (text += Buffer.from(bytes.subarray(start, end)).toString()),
        finish: () => (kept.push(`${kind}: ${text}`), { id: `id-${kind}`, bytes: text.length }),
      };
    },
  });

  it('payload_is_kept_where_the_policy_says_so', () => {
    const kept: string[] = [];
    const content = keepIn(kept);
    const talk = new Talk();
    const { flows } = dissect([...talk.open(), talk.say('unknown '), talk.say('words'), talk.answer('indeed'), ...talk.close()], {
      content,
    });
    expect(kept).toEqual(['source.payload: unknown words', 'destination.payload: indeed']);
    expect(flows).toMatchObject([
      { 'source.payload.content_id': 'id-source.payload', 'source.payload.kept_bytes': 13, 'destination.payload.kept_bytes': 6 },
    ]);
  });

  it('payload_of_a_long_flow_is_kept_with_the_piece_that_it_is_in', () => {
    const kept: string[] = [];
    const talk = new Talk();
    const frames = [...talk.open(), talk.say('before'), ...new Array<Buffer>(3000).fill(arp), talk.say('behind'), ...talk.close()];
    const { flows } = dissect(frames, { content: keepIn(kept), timeouts: { ...defaultTimeouts, active: 1 } });
    expect(kept).toEqual(['source.payload: before', 'destination.payload: ', 'source.payload: behind', 'destination.payload: ']);
    expect(flows.filter((flow) => flow['network.transport'] === 'tcp')).toMatchObject([
      { 'flow.end_reason': 'active-timeout', 'network.packets': 4, 'source.payload.kept_bytes': 6 },
      { 'flow.end_reason': 'fin', 'flow.history': 'DFfA', 'flow.source.stream_bytes': 6, 'source.payload.kept_bytes': 6 },
    ]);
  });
});

describe('packets whose headers an earlier one had', () => {
  const seconds = 1000;
  const quiet = (frames: number): Buffer[] => new Array<Buffer>(frames).fill(arp);
  const packetsOf = (flows: readonly object[]): unknown[] =>
    flows
      .filter((flow) => !('network.type' in flow && flow['network.type'] === 'arp'))
      .map((flow) => 'source.packets' in flow && flow['source.packets']);

  it('begin_another_flow_where_the_earlier_one_has_ended', () => {
    const talk = new Talk();
    const timeouts = { ...defaultTimeouts, tcpAttempt: 1, tcpEstablished: 1 };
    const before = [...talk.open(), ...['a', 'b', 'c', 'd'].map((text) => talk.say(text))];
    const after = ['e', 'f', 'g'].map((text) => talk.say(text));
    const { flows } = dissect([...before, ...quiet(3 * seconds), ...after], { timeouts });
    expect(packetsOf(flows)).toEqual([6, 3]);
  });

  it('begin_another_flow_where_the_row_of_the_earlier_one_was_given_to_another', () => {
    const talk = new Talk();
    const before = [...talk.open(), ...['a', 'b', 'c', 'd'].map((text) => talk.say(text))];
    const another = new Talk({ host: 5, port: 40001 }).open();
    const { flows } = dissect([...before, ...another, talk.say('e'), talk.say('f')], { flowLimit: 1 });
    expect(packetsOf(flows)).toEqual([6, 2, 2]);
  });

  it('are_counted_on_their_side_when_the_flow_was_turned_round_between_them', () => {
    const talk = new Talk(server, client);
    talk.open();
    const said = (text: string): Buffer[] => [talk.say(text), tcpFrame(client, server, 'A', 5001, 0)];
    const { flows } = dissect([...said('x'), ...said('y'), ...said('z'), talk.answer('echo me'), ...said('0')], {}, [echo()]);
    expect(flows).toMatchObject([
      { 'source.port': client.port, 'source.packets': 5, 'destination.packets': 4, 'network.protocol': 'echo' },
    ]);
  });
});
