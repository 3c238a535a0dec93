import { defaultTimeouts } from '@orbweaver/packet/flow/timeouts.ts';
import { describe, expect, it } from 'vitest';
import { echo } from './echo-protocol.ts';
import { Talk, client, dissect, server, tcpFrame, udpFrame, type Result } from './frames.ts';

/** A conversation in which the client's next number is 1,007 and the server's 5,001. */
const talk = (): { frames: Buffer[]; more: Talk } => {
  const more = new Talk();
  return { frames: [...more.open(), more.say('echo a')], more };
};
const syn = tcpFrame(client, server, 'S', 900_000_000, 0);
const synAck = tcpFrame(server, client, 'SA', 3_000_000_000, 900_000_001);

const packetsOf = ({ flows }: Result): unknown[] =>
  flows.map((flow) => [flow['source.packets'], flow['destination.packets'], flow['flow.state'], flow['flow.end_reason']]);
const toldBy = ({ records }: Result): unknown[] => records.filter((record) => 'told' in record).map((record) => record['told']);

describe('a SYN on the ports of a conversation', () => {
  it('that_is_answered_by_an_acknowledgment_of_the_conversation_changes_nothing', () => {
    const { frames, more } = talk();
    const result = dissect([...frames, syn, tcpFrame(server, client, 'A', 5001, 1007), more.answer('b'), ...more.close()], {}, [echo()]);
    expect(packetsOf(result)).toEqual([[6, 4, 'SF', 'fin']]);
    expect(toldBy(result)).toEqual(['>echo a<b>[fin]<[fin] fin']);
  });

  it('that_nothing_answers_changes_nothing_once_either_side_goes_on', () => {
    const fromServer = talk();
    expect(packetsOf(dissect([...fromServer.frames, syn, syn, fromServer.more.answer('b')]))).toEqual([[5, 2, 'S1', 'end-of-capture']]);
    const fromClient = talk();
    expect(packetsOf(dissect([...fromClient.frames, syn, fromClient.more.say('c')]))).toEqual([[5, 1, 'S1', 'end-of-capture']]);
  });

  it('that_was_recorded_before_either_side_goes_on_leaves_nothing_to_who_has_its_row_then', () => {
    const quiet = new Array<Buffer>(1500).fill(udpFrame({ host: 9, port: 9 }, { host: 8, port: 8 }, Buffer.from('x')));
    const { frames, more } = talk();
    const another = new Talk({ host: 5, port: 40001 }).open();
    const timeouts = { ...defaultTimeouts, active: 2 };
    const result = dissect([...frames, syn, ...quiet, syn, ...quiet, more.answer('b'), ...another], { timeouts });
    const flows = result.flows.filter((flow) => flow['network.transport'] === 'tcp');
    expect(packetsOf({ ...result, flows })).toEqual([
      [3, 1, 'S1', 'active-timeout'],
      [2, 0, 'S0', 'active-timeout'],
      [0, 1, 'S1', 'end-of-capture'],
      [2, 1, 'S1', 'end-of-capture'],
    ]);
    expect(flows.map((flow) => flow['flow.root_id'])).toEqual([undefined, undefined, flows[0]!['flow.id'], undefined]);
  });

  it('that_is_answered_opens_another_conversation', () => {
    const result = dissect([...talk().frames, syn, synAck, tcpFrame(client, server, 'A', 900_000_001, 3_000_000_001)]);
    expect(packetsOf(result)).toEqual([
      [3, 1, 'S1', 'idle'],
      [2, 1, 'S1', 'end-of-capture'],
    ]);
  });

  it('that_is_refused_was_an_attempt', () => {
    const result = dissect([...talk().frames, syn, tcpFrame(server, client, 'RA', 0, 900_000_001)]);
    expect(packetsOf(result)).toEqual([
      [3, 1, 'S1', 'idle'],
      [1, 1, 'REJ', 'rst'],
    ]);
  });

  it('that_is_all_there_is_was_an_attempt', () => {
    expect(packetsOf(dissect([...talk().frames, syn]))).toEqual([
      [3, 1, 'S1', 'end-of-capture'],
      [1, 0, 'S0', 'end-of-capture'],
    ]);
  });

  it('that_its_sender_takes_back_at_the_challenge_ends_the_half_open_conversation', () => {
    // RFC 9293, section 3.5.1, figure 9: the client has lost its memory, and begins anew after its reset.
    const challenge = tcpFrame(server, client, 'A', 5001, 1007);
    const result = dissect([...talk().frames, syn, challenge, tcpFrame(client, server, 'R', 1007, 0), syn, synAck]);
    expect(packetsOf(result)).toEqual([
      [5, 2, 'RSTO', 'rst'],
      [1, 1, 'S1', 'end-of-capture'],
    ]);
  });

  it('that_comes_again_with_data_opens_another_conversation_with_that_data', () => {
    const withData = tcpFrame(client, server, 'S', 900_000_000, 0, 'echo x');
    const result = dissect([...talk().frames, syn, withData, tcpFrame(server, client, 'A', 5001, 1007)], {}, [echo()]);
    expect(packetsOf(result)).toEqual([
      [3, 1, 'S1', 'idle'],
      [2, 1, 'S0', 'end-of-capture'],
    ]);
    expect(toldBy(result)).toEqual(['>echo a idle', '>echo x end-of-capture']);
  });

  it('of_which_there_are_several_is_an_attempt_each_and_the_conversation_goes_on', () => {
    const { frames, more } = talk();
    const others = [1, 2, 3].map((i) => tcpFrame(client, server, 'S', 900_000_000 + i * 1000, 0));
    const result = dissect([...frames, ...others, more.answer('b')]);
    expect(packetsOf(result)).toEqual([
      [1, 0, 'S0', 'idle'],
      [1, 0, 'S0', 'idle'],
      [4, 2, 'S1', 'end-of-capture'],
    ]);
    expect(result.dissector.summary()).toMatchObject({ packets: 8, in_flows: 8 });
  });
});
