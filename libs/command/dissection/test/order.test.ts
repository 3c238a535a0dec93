import { describe, expect, it } from 'vitest';
import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { Dissector } from '../dissector.ts';
import { echo } from './echo-protocol.ts';
import { Talk, client, dissect, feed, server, tcpFrame, udpFrame } from './frames.ts';

describe('captured in another order', () => {
  it('an_answer_before_its_request_waits_for_it', () => {
    const talk = new Talk();
    const opening = talk.open();
    const request = talk.say('echo a');
    const answer = talk.answer('b');
    const { records, flows } = dissect([...opening, answer, request, ...talk.close()], {}, [echo()]);
    expect(records.map((record) => record['told']).filter(Boolean)).toEqual(['>echo a<b>[fin]<[fin] fin']);
    expect(flows).toMatchObject([{ 'flow.missed_bytes': 0, 'flow.state': 'SF' }]);
  });

  it('a_reset_before_the_last_bytes_waits_for_them', () => {
    const talk = new Talk();
    const opening = [...talk.open(), talk.say('echo ')];
    const last = talk.say('a');
    const { records } = dissect([...opening, tcpFrame(client, server, 'R', 1007, 0), last], {}, [echo()]);
    expect(records.map((record) => record['told']).filter(Boolean)).toEqual(['>echo >a>[rst] rst']);
  });

  it('what_waits_for_a_packet_that_was_lost_goes_on_when_its_flow_has_been_quiet_for_a_second', () => {
    const records: TrafficRecord[] = [];
    const dissector = new Dissector({ emit: (record) => void records.push(record) });
    const talk = new Talk();
    const asked = [...talk.open(), talk.say('GET / HTTP/1.1\r\nHost: a\r\n\r\n')];
    const answered = [talk.answer('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nfour')];
    talk.answer('lost');
    feed(dissector, [...asked, ...answered, talk.say('')], 0);
    const others = udpFrame({ host: 3, port: 3000 }, { host: 4, port: 4000 }, Buffer.of(1));
    feed(dissector, [others], 1);
    expect(records).toEqual([]);
    feed(dissector, [others], 2);
    expect(records).toMatchObject([{ 'event.dataset': 'http', 'http.response.status_code': 200, 'http.response.body.bytes': 8 }]);
    // The flow goes on, and waits once more.
    feed(dissector, [talk.say('GET /b HTTP/1.1\r\nHost: a\r\n\r\n'), talk.answer('HTTP/1.1 204 No Content\r\n\r\n')], 3);
    talk.answer('lost');
    feed(dissector, [talk.say('')], 3);
    feed(dissector, [others], 5);
    while (!dissector.finish(100));
    const flow = records.find((record) => record['source.port'] === client.port && record['event.dataset'] === 'flow');
    expect(flow).toMatchObject({ 'flow.missed_bytes': 8, 'flow.history': 'ShADdg' });
  });

  it('what_waits_goes_on_as_soon_though_the_flow_has_ended_meanwhile', () => {
    const records: TrafficRecord[] = [];
    const dissector = new Dissector({ emit: (record) => void records.push(record) });
    const talk = new Talk();
    const asked = [...talk.open(), talk.say('GET / HTTP/1.1\r\nHost: a\r\n\r\n')];
    const answered = talk.answer('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nfour');
    talk.answer('lost');
    feed(dissector, [...asked, answered, talk.say(''), ...talk.close()], 0);
    const others = udpFrame({ host: 3, port: 3000 }, { host: 4, port: 4000 }, Buffer.of(1));
    feed(dissector, [others], 2);
    expect(records).toMatchObject([{ 'event.dataset': 'http', 'http.response.status_code': 200, 'flow.missed_bytes': 4 }]);
  });

  it('a_syn_behind_the_ack_of_its_answer_opens_the_flow', () => {
    const talk = new Talk();
    const [syn, answer, ack] = talk.open();
    const { flows } = dissect([ack!, syn!, answer!, talk.say('?'), talk.answer('echo reversed')], {}, [echo()]);
    expect(flows).toMatchObject([{ 'source.port': 40000, 'flow.state': 'S1' }]);
  });
});

describe('captured in part', () => {
  const conversation = (port = client.port): Buffer[] => {
    const talk = new Talk({ ...client, port });
    return [...talk.open(), talk.say('echo hello'), talk.answer('hello there'), talk.say('and again'), talk.answer('ok'), ...talk.close()];
  };

  it('what_is_cut_off_packets_is_missing_where_it_was', () => {
    const { records, flows } = dissect(conversation(), {}, [echo()], 60);
    const told = records.map((record) => record['told']).filter(Boolean);
    expect(told).toEqual(['>echo h>(4 missing)<hello <(5 missing)>and ag>(3 missing)<ok>[fin]<[fin] fin']);
    expect(flows).toMatchObject([{ 'flow.missed_bytes': 12, 'flow.state': 'SF', 'flow.history': 'ShADdGgFf' }]);
  });

  it.each([54, 60])('of_packets_of_%i_bytes_no_conversation_stays_open_behind_its_fin', (snapLength) => {
    const frames = Array.from({ length: 10 }, (_, i) => conversation(40_000 + i)).flat();
    const { flows, dissector } = dissect(frames, { conversationLimit: 2 }, [echo()], snapLength);
    expect(flows.map((flow) => [flow['flow.state'], flow['flow.abandoned']])).toEqual(Array.from({ length: 10 }, () => ['SF', undefined]));
    expect(dissector.summary().conversations_let_go).toBe(0);
  });
});
