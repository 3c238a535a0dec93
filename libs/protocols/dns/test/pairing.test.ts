import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import { pendingLimit } from '../stitcher.ts';
import { answer, bytes, datagrams, framed, query, stream, wire } from './messages.ts';

describe('pairing', () => {
  it('answers_find_their_queries_in_any_order', () => {
    const flow = datagrams();
    flow.client(bytes(query('0001', 'a.test'))).client(bytes(query('0002', 'b.test')));
    flow.server(bytes(answer('0002', 'b.test'))).server(bytes(answer('0001', 'a.test')));
    const names = flow.finish().map((record) => [record['dns.id'], record['dns.question.name'], record['event.id']]);
    expect(names).toEqual([
      [2, 'b.test', 'test-dns-1'],
      [1, 'a.test', 'test-dns-0'],
    ]);
  });

  it('one_id_with_two_questions_is_two_exchanges', () => {
    const flow = datagrams();
    flow.client(bytes(query('0001', 'a.test'))).client(bytes(query('0001', 'b.test')));
    flow.server(bytes(answer('0001', 'b.test')));
    expect(flow.finish().map((record) => [record['dns.question.name'], record['dns.type']])).toEqual([
      ['b.test', 'answer'],
      ['a.test', 'query'],
    ]);
  });

  it('a_query_sent_again_is_a_record_that_says_so_and_the_first_gets_the_first_answer', () => {
    const flow = datagrams();
    for (let i = 0; i < 3; i++) flow.client(bytes(query('0001', 'a.test')));
    for (let i = 0; i < 2; i++) flow.server(bytes(answer('0001', 'a.test')));
    const records = flow.finish();
    expect(records).toMatchObject([
      { 'event.id': 'test-dns-0', 'dns.type': 'answer', 'dns.response_time': 3_000_000 },
      { 'event.id': 'test-dns-1', 'dns.type': 'answer', 'dns.response_time': 3_000_000, 'dns.retransmission': true },
      { 'event.id': 'test-dns-2', 'dns.type': 'query', 'dns.retransmission': true },
    ]);
    expect(records[0]).not.toHaveProperty('dns.retransmission');
  });

  it('the_case_of_a_name_does_not_part_query_and_answer', () => {
    const flow = datagrams();
    flow.client(bytes(query('0001', 'ExAmPlE.TeSt'))).server(bytes(answer('0001', 'example.test')));
    expect(flow.finish()).toHaveLength(1);
  });

  it('an_answer_without_a_query_is_kept', () => {
    const [record] = datagrams()
      .server(bytes(answer('0001', 'a.test')))
      .finish();
    expect(record).toMatchObject({ 'dns.type': 'answer', 'dns.question.name': 'a.test', 'dns.resolved_ip': ['192.0.2.7'] });
    expect(record).not.toHaveProperty('dns.response_time');
  });

  it('a_query_without_an_answer_comes_out_at_the_end', () => {
    const [record] = datagrams()
      .client(bytes(query('0001', 'a.test')))
      .finish('idle');
    expect(record).toMatchObject({ 'dns.type': 'query', 'dns.question.type': 'A', 'dns.header_flags': ['RD'] });
    expect(record).not.toHaveProperty('dns.response_code');
  });

  it('an_answer_without_question_is_paired_by_its_id', () => {
    const flow = datagrams();
    flow.client(bytes(query('0001', 'a.test'))).server(bytes('0001 8181 0000 0000 0000 0000'));
    expect(flow.finish()).toMatchObject([{ 'dns.question.name': 'a.test', 'dns.response_code': 'FORMERR' }]);
  });

  it('queries_that_wait_are_bounded_and_the_oldest_goes_first', () => {
    const flow = datagrams();
    const id = (number: number): string => number.toString(16).padStart(4, '0');
    for (let number = 0; number < pendingLimit + 44; number++) flow.client(bytes(query(id(number), 'a.test')));
    expect([flow.records.length, flow.pastLimit]).toEqual([44, 44]);
    expect(flow.records[0]).toMatchObject({ 'dns.id': 0, 'dns.type': 'query' });
    for (let number = 44; number < pendingLimit + 44; number++) flow.server(bytes(answer(id(number), 'a.test')));
    expect(flow.records.filter((record) => record['dns.type'] === 'answer' && record['dns.query.bytes'] !== undefined)).toHaveLength(
      pendingLimit,
    );
    expect(flow.finish()).toHaveLength(pendingLimit + 44);
  });

  it('hundreds_of_queries_in_one_go_over_tcp_find_their_answers', () => {
    const ids = Array.from({ length: 300 }, (_, number) => number.toString(16).padStart(4, '0'));
    const flow = stream();
    flow.client(Buffer.concat(ids.map((id) => framed(query(id, `${id}.test`)))));
    for (const id of [...ids].reverse()) flow.server(framed(answer(id, `${id}.test`)));
    expect(flow.finish().map((record) => [record['dns.question.name'], record['dns.type']])).toEqual(
      [...ids].reverse().map((id) => [`${id}.test`, 'answer']),
    );
  });

  it('a_query_is_given_up_when_its_answer_is_long_overdue', () => {
    const flow = datagrams();
    flow.client(bytes(query('0001', 'a.test')));
    flow.now.set(flow.now.seconds + 60, 0);
    flow.client(bytes(query('0001', 'a.test')));
    expect(flow.records).toHaveLength(1);
    expect(flow.finish()).toHaveLength(2);
  });

  it('a_message_with_several_questions_is_as_many_records', () => {
    const both = `0007 0100 0002 0000 0000 0000 ${wire('a.test')} 0001 0001 ${wire('b.test')} 001c 0001`;
    const records = datagrams().client(bytes(both)).server(bytes('0007 8184 0000 0000 0000 0000')).finish();
    expect(records).toMatchObject([
      { 'dns.question.name': 'a.test', 'dns.questions_count': 2, 'dns.response_code': 'NOTIMP' },
      { 'dns.question.name': 'b.test', 'dns.question.type': 'AAAA', 'dns.questions_count': 2 },
    ]);
  });

  it('multicast_queries_and_answers_stand_for_themselves', () => {
    const flow = datagrams(5353);
    flow.client(bytes(query('0000', 'a.local'))).client(bytes(query('0000', 'a.local')));
    expect(flow.records).toHaveLength(2);
    expect(flow.mainProtocol).toBe('mdns');
  });
});

describe('over TCP', () => {
  it('messages_in_one_segment_and_messages_in_pieces_are_all_read', () => {
    const flow = stream();
    const three = Buffer.concat(['a', 'b', 'c'].map((name, i) => framed(query(`000${i}`, `${name}.test`))));
    flow.client(three.subarray(0, 40)).client(three.subarray(40, 41)).client(three.subarray(41));
    expect(flow.finish().map((record) => record['dns.question.name'])).toEqual(['a.test', 'b.test', 'c.test']);
  });

  it('a_hole_inside_a_message_spares_the_next', () => {
    const flow = stream();
    const first = framed(query('0001', 'a.test'));
    flow.client(first.subarray(0, 20));
    flow.gap(Side.source, 4);
    flow.client(Buffer.concat([first.subarray(24), framed(query('0002', 'b.test'))]));
    expect(flow.finish()).toMatchObject([
      { 'dns.id': 1, 'dns.parse_error': 'cut short' },
      { 'dns.id': 2, 'dns.question.name': 'b.test' },
    ]);
  });

  it('after_a_hole_between_messages_only_the_other_side_is_read', () => {
    const flow = stream();
    flow.gap(Side.source, 100);
    flow.client(framed(query('0001', 'a.test'))).server(framed(answer('0001', 'a.test')));
    expect(flow.finish()).toMatchObject([{ 'dns.id': 1, 'dns.type': 'answer' }]);
    expect(flow.abandoned).toBeUndefined();
  });

  it('a_zone_transfer_of_many_messages_is_one_record_with_bounded_answers', () => {
    const flow = stream();
    flow.client(framed(query('0001', 'a.test', '00fc')));
    for (let i = 0; i < 400; i++) flow.server(framed(answer('0001', 'a.test', `c633${i.toString(16).padStart(4, '0')}`, '00fc')));
    const [record] = flow.finish();
    expect(flow.records).toHaveLength(1);
    expect(record).toMatchObject({ 'dns.answers_count': 400, 'dns.response.messages': 400 });
    expect(record!['dns.answers']).toHaveLength(256);
  });

  it('a_message_of_no_length_is_passed_over', () => {
    const flow = stream().client(Buffer.concat([Buffer.alloc(2), framed(query('0001', 'a.test'))]));
    expect(flow.finish()).toMatchObject([{ 'dns.question.name': 'a.test' }]);
    expect(flow.abandoned).toBeUndefined();
  });

  it('what_is_no_message_ends_the_reading', () => {
    const flow = stream().client(Buffer.from('\x00\x05hello', 'latin1'));
    expect(flow.abandoned).toBe('dns: no message behind the length');
    expect(flow.finish()).toEqual([]);
  });
});
