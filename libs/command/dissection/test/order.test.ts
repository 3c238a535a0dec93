import { describe, expect, it } from 'vitest';
import { echo } from './echo-protocol.ts';
import { Talk, client, dissect, server, tcpFrame } from './frames.ts';

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
