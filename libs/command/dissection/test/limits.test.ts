import { describe, expect, it } from 'vitest';
import { waitingSegmentsLimit } from '@orbweaver/packet/reassembly/stream-reassembler.ts';
import { echo } from './echo-protocol.ts';
import { Talk, client, dissect, ipFrame, server, tcpFrame, udpFrame, type Result } from './frames.ts';

const isExact = ({ flows, dissector }: Result): boolean => {
  const { packets, in_flows, not_ip, refused } = dissector.summary();
  const counted = flows.reduce((sum, flow) => sum + (flow['network.packets'] as number), 0);
  return packets === in_flows + not_ip + Object.values(refused).reduce((a, b) => a + b, 0) && counted === in_flows;
};

const head = 'HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n';
const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

/** A response whose body lacks its first part, which comes last. */
function lateBody(): Buffer[] {
  const talk = new Talk();
  const frames = [...talk.open(), talk.say(request), talk.answer(head)];
  const parts = Array.from({ length: 8 }, (_, i) => talk.answer(String(i).repeat(500)));
  return [...frames, ...parts.slice(1), parts[0]!, ...talk.close()];
}

/** A question for the address of `a.test`, or an answer that has none, by its flags (RFC 1035, section 4.1.1). */
function dns(id: number, flags: number): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(flags, 2);
  header.writeUInt16BE(1, 4);
  return Buffer.concat([header, Buffer.from('\x01a\x04test\0\0\x01\0\x01', 'latin1')]);
}

describe('a bound on memory', () => {
  it('that_is_not_reached_changes_nothing', () => {
    const result = dissect(lateBody());
    expect(result.records[0]).toMatchObject({ 'event.dataset': 'http', 'http.response.body.bytes': 4000 });
    expect(result.records[0]).not.toHaveProperty(['flow.missed_bytes']);
    expect(result.flows[0]).not.toHaveProperty(['flow.abandoned']);
    expect(result.dissector.summary().holes_forced).toBe(0);
  });

  it('on_what_waits_for_missing_bytes_is_told_by_the_flow_the_transaction_and_the_summary', () => {
    const result = dissect(lateBody(), { reassemblyLimit: 1000 });
    const [http] = result.records;
    expect(http).toMatchObject({ 'event.dataset': 'http', 'http.response.status_code': 200, 'flow.missed_bytes': 500 });
    expect(http).not.toHaveProperty(['http.response.body.hash.sha256']);
    expect(result.flows).toMatchObject([{ 'flow.abandoned': ['reassembly-limit'], 'network.protocol': 'http', 'flow.state': 'SF' }]);
    expect(result.dissector.summary()).toMatchObject({ holes_forced: 1 });
    expect(isExact(result)).toBe(true);
  });

  it('on_what_waits_is_not_told_where_nobody_wants_the_content', () => {
    const talk = new Talk();
    const frames = [...talk.open(), talk.say('echo enough'), talk.answer('ok'), talk.lose(3).say('a')];
    const result = dissect([...frames, ...Array.from({ length: waitingSegmentsLimit }, () => talk.say('b'))], {}, [echo()]);
    expect(result.flows[0]).not.toHaveProperty(['flow.abandoned']);
    expect(result.dissector.summary().holes_forced).toBe(0);
  });

  it('on_what_waits_hides_no_missing_bytes_of_the_one_side_that_is_heard', () => {
    const talk = new Talk();
    const frames = [talk.open()[0]!, talk.say('echo a'), talk.lose(3).say('b'.repeat(900)), talk.lose(4).say('c'.repeat(900))];
    const result = dissect(frames, { reassemblyLimit: 1000 }, [echo()]);
    expect(result.flows).toMatchObject([{ 'flow.abandoned': ['reassembly-limit'], 'flow.missed_bytes': 7, 'flow.history': 'SDG' }]);
    expect(result.dissector.summary()).toMatchObject({ holes_forced: 1, missed_bytes: 7 });
  });

  it('on_flows_is_told_by_those_that_ended_early', () => {
    const opening = (port: number): Buffer => tcpFrame({ host: 1, port }, server, 'S', 1, 0);
    const result = dissect(
      Array.from({ length: 50 }, (_, i) => opening(1000 + i)),
      { flowLimit: 10 },
    );
    expect(result.flows.filter((flow) => flow['flow.end_reason'] === 'evicted')).toHaveLength(40);
    expect(result.dissector.summary()).toMatchObject({ flows_evicted: 40 });
    expect(isExact(result)).toBe(true);
  });

  it('on_conversations_is_told_by_those_that_were_read_no_further', () => {
    const talks = Array.from({ length: 30 }, (_, i) => new Talk({ host: 1, port: 1000 + i }, server));
    const frames = talks.flatMap((talk) => [...talk.open(), talk.say(request)]);
    const answers = talks.flatMap((talk) => [talk.answer('HTTP/1.1 204 No Content\r\n\r\n'), ...talk.close()]);
    const result = dissect([...frames, ...answers], { conversationLimit: 10 });
    const limited = result.flows.filter((flow) => (flow['flow.abandoned'] as string[] | undefined)?.includes('conversation-limit'));
    const paired = result.records.filter(
      (record) => record['http.request.method'] !== undefined && record['http.response.status_code'] === 204,
    );
    const alone = result.records.filter(
      (record) => record['http.request.method'] !== undefined && record['http.response.status_code'] === undefined,
    );
    expect([limited.length, paired.length, alone.length]).toEqual([20, 10, 20]);
    expect(result.flows.every((flow) => flow['network.protocol'] === 'http' && flow['flow.state'] === 'SF')).toBe(true);
    expect(new Set(result.records.map((record) => record['event.id'])).size).toBe(result.records.length);
    expect(result.dissector.summary()).toMatchObject({ conversations_let_go: 20 });
    expect(isExact(result)).toBe(true);
    const again = dissect([...frames, ...answers], { conversationLimit: 10 });
    expect(again.records).toEqual(result.records);
  });

  it('on_conversations_spares_questions_that_were_answered_however_many_and_how_often', () => {
    const resolver = { host: 2, port: 53 };
    const hosts = Array.from({ length: 20 }, (_, i) => ({ host: 1, port: 40_000 + i }));
    const round = (id: number): Buffer[] =>
      hosts.flatMap((host) => [udpFrame(host, resolver, dns(id, 0x0100)), udpFrame(resolver, host, dns(id, 0x8180))]);
    const ping = { host: 1, port: 0 };
    const pinged = (type: number): Buffer =>
      ipFrame(type === 8 ? ping : resolver, type === 8 ? resolver : ping, 1, Buffer.from([type, 0, 0, 0, 0, 1, 0, 1]));
    const result = dissect([...round(1), pinged(8), pinged(0), ...round(2), pinged(8), pinged(0), ...round(3)], { conversationLimit: 1 });
    const answered = result.records.filter((record) => record['dns.response_code'] === 'NOERROR' && record['dns.id'] !== undefined);
    expect(answered).toHaveLength(60);
    expect(result.records.filter((record) => record['icmp.response_time'] !== undefined)).toHaveLength(2);
    expect(new Set(result.records.map((record) => record['event.id'])).size).toBe(result.records.length);
    expect(result.flows.map((flow) => [flow['flow.abandoned'], flow['network.packets']])).toEqual([
      ...hosts.map(() => [undefined, 6]),
      [undefined, 4],
    ]);
    expect(result.flows[0]).toMatchObject({ 'network.protocol': 'dns' });
    expect(result.dissector.summary().conversations_let_go).toBe(0);
  });

  it('on_conversations_is_not_told_by_those_that_had_ended', () => {
    const talks = Array.from({ length: 30 }, (_, i) => new Talk({ host: 1, port: 1000 + i }, server));
    const frames = talks.flatMap((talk, i) => [
      ...talk.open(),
      talk.say(request),
      talk.answer('HTTP/1.1 204 No Content\r\n\r\n'),
      tcpFrame({ host: 1, port: 1000 + i }, server, 'R', 1001 + request.length, 0),
    ]);
    const result = dissect(frames, { conversationLimit: 10 });
    expect(result.flows.map((flow) => [flow['flow.abandoned'], flow['flow.state']])).toEqual(talks.map(() => [undefined, 'RSTO']));
    expect(result.records.filter((record) => record['http.response.status_code'] === 204)).toHaveLength(30);
    expect(result.dissector.summary().conversations_let_go).toBe(0);
  });

  it('on_conversations_is_not_told_by_those_of_which_the_only_side_that_is_heard_has_ended', () => {
    const talks = Array.from({ length: 30 }, (_, i) => new Talk({ host: 1, port: 1000 + i }, server));
    const frames = talks.flatMap((talk) => [talk.open()[1]!, talk.answer('HTTP/1.1 204 No Content\r\n\r\n'), talk.close()[1]!]);
    const result = dissect(frames, { conversationLimit: 10 });
    expect(result.flows.map((flow) => [flow['flow.abandoned'], flow['flow.state']])).toEqual(talks.map(() => [undefined, 'SHR']));
    expect(result.records.filter((record) => record['http.response.status_code'] === 204)).toHaveLength(30);
    expect(result.dissector.summary().conversations_let_go).toBe(0);
  });

  it('on_incomplete_datagrams_is_told_by_the_summary_and_their_packets_are_counted', () => {
    const first = (id: number): Buffer => {
      const frame = ipFrame(client, server, 17, Buffer.from([0x9c, 0x40, 0, 80, 0, 64, 0, 0]));
      frame.writeUInt16BE(id, 18);
      frame.writeUInt16BE(0x2000, 20);
      return frame;
    };
    const result = dissect(Array.from({ length: 16_400 }, (_, i) => first(i)));
    expect(result.dissector.summary()).toMatchObject({ datagrams_given_up: 16, datagrams_incomplete: 16_384, in_flows: 16_400 });
    expect(isExact(result)).toBe(true);
  });
});
