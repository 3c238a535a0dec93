import { describe, expect, it } from 'vitest';
import { echo } from './echo-protocol.ts';
import { Verdict, type Protocol } from '@orbweaver/protocols/sdk/module.ts';
import { Talk, client, dissect, server, tcpFrame, udpFrame, type Result } from './frames.ts';

const toldBy = ({ records }: Result): unknown[] => records.filter((record) => 'told' in record).map((record) => record['told']);

describe('content', () => {
  it('goes_to_the_analyzer_in_order_and_its_records_come_before_the_flow', () => {
    const talk = new Talk();
    const result = dissect([...talk.open(), talk.say('echo a'), talk.answer('b'), ...talk.close()], {}, [echo()]);
    expect(toldBy(result)).toEqual(['>echo a<b>[fin]<[fin] fin']);
    expect(result.records.map((record) => record['event.dataset'])).toEqual(['echo', 'flow']);
    const [record, flow] = result.records;
    expect(flow).toMatchObject({ 'network.protocol': 'echo', 'network.protocols': ['echo'], 'flow.state': 'SF', 'flow.end_reason': 'fin' });
    expect(record).toMatchObject({ 'flow.id': flow!['event.id'], 'event.id': `${flow!['event.id']}-echo-0`, 'network.protocol': 'echo' });
    expect(record).toMatchObject({ 'source.ip': '192.0.2.1', 'source.port': 40000, 'destination.ip': '192.0.2.2', 'destination.port': 80 });
  });

  it('is_recognised_however_it_is_cut', () => {
    const talk = new Talk();
    const frames = [...talk.open(), ...[...'echo a'].map((letter) => talk.say(letter)), talk.answer('b')];
    expect(toldBy(dissect(frames, {}, [echo()]))).toEqual(['>e>c>h>o> >a<b end-of-capture']);
  });

  it('keeps_its_order_though_the_packets_came_in_another', () => {
    const talk = new Talk();
    const opening = talk.open();
    const [a, b, c] = [talk.say('echo '), talk.say('one '), talk.say('two')];
    const result = dissect([...opening, c, a, b, a], {}, [echo()]);
    expect(toldBy(result)).toEqual(['>echo >one >two end-of-capture']);
    expect(result.flows).toMatchObject([{ 'flow.tcp.out_of_order': 2, 'flow.tcp.retransmissions': 1, 'flow.source.retransmissions': 1 }]);
  });

  it('is_out_of_order_behind_an_empty_segment_that_follows_it', () => {
    const talk = new Talk();
    const opening = talk.open();
    const data = talk.say('echo late');
    const result = dissect([...opening, talk.say(''), data], {}, [echo()]);
    expect(toldBy(result)).toEqual(['>echo late end-of-capture']);
    expect(result.flows).toMatchObject([{ 'flow.tcp.out_of_order': 1, 'flow.tcp.retransmissions': 0 }]);
  });

  it('is_sent_again_also_where_more_follows_in_the_segment', () => {
    const talk = new Talk();
    const opening = talk.open();
    const again = tcpFrame(client, server, 'PA', 1001, 5001, 'echo one');
    const result = dissect([...opening, talk.say('echo '), again], {}, [echo()]);
    expect(toldBy(result)).toEqual(['>echo >one end-of-capture']);
    expect(result.flows).toMatchObject([{ 'flow.tcp.retransmissions': 1, 'flow.tcp.out_of_order': 0, 'flow.source.stream_bytes': 8 }]);
  });

  it('is_sent_again_though_the_capture_has_headers_only', () => {
    const talk = new Talk();
    const opening = talk.open();
    const [a, b] = [talk.say('echo '), talk.say('one')];
    const headers = 14 + 20 + 20;
    const result = dissect([...opening, a, b, b, a, talk.answer('')], {}, [echo()], headers);
    expect(result.flows).toMatchObject([
      { 'flow.tcp.retransmissions': 2, 'flow.source.retransmissions': 2, 'flow.source.stream_bytes': 8 },
    ]);
  });

  it('tells_of_a_hole_that_the_peer_acknowledged', () => {
    const talk = new Talk();
    const result = dissect([...talk.open(), talk.say('echo '), talk.lose(7).say('end'), talk.answer('ok')], {}, [echo()]);
    expect(toldBy(result)).toEqual(['>echo >(7 missing)>end<ok end-of-capture']);
    expect(result.flows).toMatchObject([{ 'flow.missed_bytes': 7, 'flow.history': 'ShADdG' }]);
  });

  it('of_a_syn_belongs_to_the_stream', () => {
    const frames = [
      tcpFrame(client, server, 'S', 10, 0, 'echo x'),
      tcpFrame(server, client, 'SA', 50, 17),
      tcpFrame(client, server, 'A', 17, 51, 'y'),
    ];
    expect(toldBy(dissect(frames, {}, [echo()]))).toEqual(['>echo x>y end-of-capture']);
  });

  it('that_comes_behind_its_fin_is_read_before_the_end', () => {
    const talk = new Talk();
    const opening = talk.open();
    const data = talk.say('echo late');
    const [fin, ...rest] = talk.close();
    const result = dissect([...opening, fin!, data, ...rest], {}, [echo()]);
    expect(toldBy(result)).toEqual(['>echo late>[fin]<[fin] fin']);
    expect(result.flows).toMatchObject([{ 'flow.state': 'SF', 'flow.missed_bytes': 0, 'flow.tcp.out_of_order': 1 }]);
  });

  it('that_is_reset_still_ends_its_analyzer', () => {
    const talk = new Talk();
    const frames = [...talk.open(), talk.say('echo a'), tcpFrame(server, client, 'R', 5001, 0)];
    const result = dissect(frames, {}, [echo()]);
    expect(toldBy(result)).toEqual(['>echo a<[rst] rst']);
    expect(result.flows).toMatchObject([{ 'flow.state': 'RSTR', 'flow.end_reason': 'rst' }]);
  });

  it('of_the_server_alone_turns_the_flow_round', () => {
    const result = dissect([tcpFrame(server, client, 'PA', 900, 100, 'ohce hello'), tcpFrame(client, server, 'PA', 100, 910, 'echo')], {}, [
      echo(),
    ]);
    expect(toldBy(result)).toEqual(['<ohce hello>echo end-of-capture']);
    expect(result.flows).toMatchObject([
      { 'source.ip': '192.0.2.1', 'source.packets': 1, 'destination.packets': 1, 'flow.history': '^dD' },
    ]);
  });

  it('in_which_the_side_that_was_called_asks_is_reversed_and_the_flow_is_not', () => {
    const talk = new Talk();
    const frames = [...talk.open(), talk.say('?'), talk.answer('echo reversed'), talk.say('answer'), ...talk.close()];
    const { records, flows } = dissect(frames, {}, [echo()]);
    expect(flows).toMatchObject([
      { 'source.ip': '192.0.2.1', 'source.port': 40000, 'network.protocol': 'echo', 'flow.history': 'ShADdFf' },
    ]);
    expect(records[0]).toMatchObject({
      told: '>echo reversed<answer<[fin]>[fin] fin',
      'source.ip': '192.0.2.2',
      'source.port': 80,
      'source.mac': ['02:00:00:00:00:02'],
      'destination.ip': '192.0.2.1',
      'destination.port': 40000,
      'flow.id': flows[0]!['event.id'],
    });
  });

  it('whose_roles_show_later_has_records_in_their_direction', () => {
    const roles = (frames: readonly Buffer[]): unknown[] => dissect(frames, {}, [echo()]).records.map((record) => record['source.ip']);
    const talk = new Talk();
    expect(roles([...talk.open(), talk.say('echo swap'), talk.answer('b')])).toEqual(['192.0.2.2', '192.0.2.1']);
    const called = new Talk();
    expect(roles([...called.open(), called.say('?'), called.answer('echo swap')])).toEqual(['192.0.2.1', '192.0.2.1']);
    const next = new Talk();
    const turns = [...next.open(), next.say('echo swap become echo\n'), next.say('more')];
    expect(roles(turns)).toEqual(['192.0.2.2', '192.0.2.1', '192.0.2.1']);
  });

  it('of_an_opener_that_says_who_it_is_and_then_serves_begins_behind_that', () => {
    const talk = new Talk();
    const frames = [...talk.open(), talk.say('ID:7'), talk.answer('echo a'), talk.say('b')];
    const { records, dissector } = dissect(frames, {}, [echo()]);
    expect(records[0]).toMatchObject({ told: '>echo a<b end-of-capture', 'source.ip': '192.0.2.2' });
    expect(dissector.counters.undetectedBytes).toBe(4);
  });

  it('of_an_opener_that_greets_as_servers_do_is_reversed', () => {
    const talk = new Talk();
    const { records } = dissect([...talk.open(), talk.say('ohce '), talk.answer('echo a'), talk.lose(2).say('z'), talk.answer('b')], {}, [
      echo(),
    ]);
    expect(records[0]).toMatchObject({ told: '<ohce >echo a<(2 missing)<z>b end-of-capture', 'source.ip': '192.0.2.2' });
  });

  it('of_a_preamble_leaves_the_main_name_to_what_follows_where_that_is_recognised', () => {
    const protocols = [{ ...echo('preamble'), isPreamble: true }, echo('other')];
    const talk = new Talk();
    const followed = dissect([...talk.open(), talk.say('preamble become anything\n'), talk.say('other x')], {}, protocols);
    expect(followed.flows).toMatchObject([{ 'network.protocol': 'other', 'network.protocols': ['preamble', 'other'] }]);
    expect(followed.records.find((record) => record['event.dataset'] === 'other')).toMatchObject({ 'network.protocol': 'other' });
    const alone = new Talk();
    const unknown = dissect([...alone.open(), alone.say('preamble become anything\n'), alone.say('what is this?')], {}, protocols);
    expect(unknown.flows).toMatchObject([{ 'network.protocol': 'preamble', 'network.protocols': ['preamble'] }]);
  });

  it('that_is_handed_over_stays_reversed_unless_it_shows_the_contrary', () => {
    const talk = new Talk();
    const frames = [...talk.open(), talk.answer('echo become anything\n'), talk.answer('echo b'), talk.say('c')];
    expect(toldBy(dissect(frames, {}, [echo()]))).toEqual(['>echo become anything\n fin', '>echo b<c end-of-capture']);
    const again = new Talk();
    const back = [...again.open(), again.answer('echo become anything\n'), again.say('echo b'), again.answer('c')];
    expect(dissect(back, {}, [echo()]).records.map((record) => [record['told'], record['source.ip']])).toEqual([
      ['>echo become anything\n fin', '192.0.2.2'],
      ['>echo b<c end-of-capture', '192.0.2.1'],
      [undefined, '192.0.2.1'],
    ]);
  });

  it('is_reversed_only_if_no_protocol_agrees_with_the_opening', () => {
    // The words of a server of one protocol begin those of a client of another.
    const protocols = [echo(), echo('ohce llo')];
    const named = (text: string): unknown => {
      const talk = new Talk();
      return dissect([...talk.open(), ...[...text].map((letter) => talk.say(letter))], {}, protocols).flows[0]!['network.protocol'];
    };
    expect([named('ohce llx'), named('ohce llo '), named('ohce ll')]).toEqual(['echo', 'ohce llo', undefined]);
  });

  it('is_reversed_at_once_where_the_opener_has_spoken_to_no_avail', () => {
    const called = new Talk();
    const reverse = [...called.open(), called.say('ID:7'), called.answer('echo a'), called.say('b')];
    expect(toldBy(dissect(reverse, {}, [echo(), echo('echo abc')]))).toEqual(['>echo a<b end-of-capture']);
  });

  it('behind_an_unknown_beginning_is_not_reversed', () => {
    const talk = new Talk();
    const frames = [...talk.open(), talk.say('?????'), talk.answer('!!!!!'), talk.answer('echo reversed')];
    expect(toldBy(dissect(frames, {}, [echo()]))).toEqual([]);
  });

  it('behind_an_unknown_beginning_does_not_begin_with_the_last_word_of_that', () => {
    const talk = new Talk();
    const asked = [...talk.open(), talk.say('?????'), talk.answer('!!!!!'), talk.say('start'), talk.answer('ok')];
    const frames = [...asked, talk.say('echo a'), talk.answer('ohce b')];
    const { records, dissector } = dissect(frames, {}, [echo(), echo('okay')]);
    expect(records[0]).toMatchObject({ told: '>echo a<ohce b end-of-capture' });
    expect(dissector.counters.undetectedBytes).toBe(17);
  });

  it('behind_words_of_its_own_begins_with_the_part_that_shows_it', () => {
    // Each is the beginning of what some protocol may say (`e`, `ot`), so that it is held back, or of what none says.
    const tolds = ['e', '?', 'ech'].flatMap((asks) =>
      ['ot', 'x', 'reh'].map((agrees) => {
        const talk = new Talk();
        const words = [
          ...talk.open(),
          talk.answer('welcome'),
          talk.say(asks),
          talk.answer('what?'),
          talk.say('start'),
          talk.answer(agrees),
        ];
        return toldBy(dissect([...words, talk.say('echo a'), talk.answer('b')], {}, [echo(), echo('other')]));
      }),
    );
    expect(tolds).toEqual(Array.from({ length: 9 }, () => ['>echo a<b end-of-capture']));
  });

  it('behind_one_word_of_its_own_side_begins_as_well', () => {
    const talk = new Talk();
    const result = dissect([...talk.open(), talk.say('ec'), talk.say('echo a'), talk.answer('b')], {}, [echo()]);
    expect(toldBy(result)).toEqual(['>echo a<b end-of-capture']);
    expect(result.dissector.counters.undetectedBytes).toBe(2);
  });

  it('in_the_middle_of_a_conversation_is_recognised_at_the_next_message', () => {
    const frames = [tcpFrame(client, server, 'PA', 100, 900, 'rest of something'), tcpFrame(client, server, 'PA', 117, 900, 'echo again')];
    expect(toldBy(dissect(frames, {}, [echo()]))).toEqual(['>echo again end-of-capture']);
  });

  it('that_nobody_understands_leaves_a_flow_without_a_protocol', () => {
    const talk = new Talk();
    const result = dissect([...talk.open(), talk.say('?????'), talk.answer('!!!!!'), ...talk.close()], {}, [echo()]);
    expect(result.records).toHaveLength(1);
    expect(result.flows[0]).not.toHaveProperty('network.protocol');
    expect(result.flows).toMatchObject([{ 'flow.source.stream_bytes': 5, 'flow.destination.stream_bytes': 5 }]);
  });
});

describe('a hand-over', () => {
  it('gives_the_rest_to_the_named_protocol', () => {
    const talk = new Talk();
    const frames = [...talk.open(), talk.say('echo a\nbecome other\nrest'), talk.answer('b'), ...talk.close()];
    const result = dissect(frames, {}, [echo(), echo('other')]);
    expect(toldBy(result)).toEqual(['>echo a\nbecome other\nrest fin', '>rest<b>[fin]<[fin] fin']);
    expect(result.flows).toMatchObject([{ 'network.protocol': 'echo', 'network.protocols': ['echo', 'other'] }]);
  });

  it('can_leave_the_next_protocol_to_be_recognised', () => {
    const talk = new Talk();
    const frames = [...talk.open(), talk.say('echo become anything\n'), talk.say('other x')];
    expect(toldBy(dissect(frames, {}, [echo(), echo('other')]))).toEqual(['>echo become anything\n fin', '>other x end-of-capture']);
  });

  it('to_an_unknown_protocol_ends_the_reading', () => {
    const talk = new Talk();
    const frames = [...talk.open(), talk.say('echo become klingon\n'), talk.say('echo x')];
    expect(toldBy(dissect(frames, {}, [echo()]))).toEqual(['>echo become klingon\n fin']);
  });
});

describe('an analyzer', () => {
  it('that_gives_up_gets_nothing_more_but_its_end_and_the_flow_says_why', () => {
    const talk = new Talk();
    const result = dissect([...talk.open(), talk.say('echo nonsense'), talk.say('more'), ...talk.close()], {}, [echo()]);
    expect(toldBy(result)).toEqual(['>echo nonsense fin']);
    expect(result.flows).toMatchObject([{ 'flow.abandoned': ['nonsense'] }]);
    expect(result.dissector.summary().abandoned).toEqual({ 'echo: nonsense': 1 });
  });

  it('that_is_done_gets_nothing_more_but_its_end', () => {
    const talk = new Talk();
    const result = dissect([...talk.open(), talk.say('echo enough'), talk.say('more')], {}, [echo()]);
    expect(toldBy(result)).toEqual(['>echo enough end-of-capture']);
    expect(result.flows[0]).not.toHaveProperty('flow.abandoned');
  });
});

describe('a conversation of datagrams', () => {
  const knock: Protocol = { name: 'knock', datagram: { detect: (bytes, start) => (bytes[start] === 0x6b ? Verdict.client : Verdict.no) } };
  const named = (words: string): unknown => {
    const frames = [...words].map((word) =>
      udpFrame(...((word < 'a' ? [server, client] : [client, server]) as [typeof client, typeof server]), Buffer.from(word)),
    );
    return dissect(frames, {}, [knock]).flows[0]!['network.protocol'];
  };

  it('is_recognised_by_one_of_its_first_whatever_came_before', () => {
    expect(['k', 'zk', 'zZk', 'zzzzzzzk', 'zZzZzZzk'].map(named)).toEqual(Array.from({ length: 5 }, () => 'knock'));
  });

  it('is_asked_about_no_more_once_enough_told_nothing', () => {
    expect(['zzzzzzzzzk', 'zZzZzZzZzk'].map(named)).toEqual([undefined, undefined]);
  });
});
