import { describe, expect, it } from 'vitest';
import { TestFlow } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';
import { messageLimit, openLimit } from '../stitcher.ts';

interface Wanted {
  readonly type: number;
  readonly transaction?: number;
  readonly isReply?: boolean;
  readonly hardware?: number;
  readonly options?: readonly number[];
}

const types = { discover: 1, offer: 2, request: 3, decline: 4, ack: 5, nak: 6 } as const;

function message({ type, transaction = 7, isReply = false, hardware = 1, options = [] }: Wanted): Buffer {
  const fixed = Buffer.alloc(236);
  fixed.set([isReply ? 2 : 1, 1, 6, 0]);
  fixed.writeUInt32BE(transaction, 4);
  fixed.set([2, 0, 0, 0, 0, hardware], 28);
  return Buffer.concat([fixed, Buffer.of(0x63, 0x82, 0x53, 0x63, 53, 1, type, ...options, 255)]);
}

const flowOf = (capture?: object): TestFlow =>
  new TestFlow(protocol, { datagrams: true, sourcePort: 68, destinationPort: 67, ...(capture === undefined ? {} : { capture }) });

describe('an exchange', () => {
  it('over_several_flows_of_a_capture_is_one_record_of_the_flow_that_began_it', () => {
    const capture = {};
    const [shout, answer] = [flowOf(capture), flowOf(capture)];
    shout.client(message({ type: types.discover }));
    answer.server(message({ type: types.offer, isReply: true }));
    shout.client(message({ type: types.request }));
    answer.server(message({ type: types.ack, isReply: true }));
    expect(answer.finish()).toEqual([]);
    expect(shout.finish()).toMatchObject([
      { 'dhcp.message_types': ['DISCOVER', 'OFFER', 'REQUEST', 'ACK'], 'dhcp.transaction_id': '00000007' },
    ]);
  });

  it('of_another_capture_is_another', () => {
    const [one, other] = [flowOf(), flowOf()];
    one.client(message({ type: types.discover }));
    other.server(message({ type: types.offer, isReply: true }));
    expect(one.finish()).toMatchObject([{ 'dhcp.message_types': ['DISCOVER'] }]);
    expect(other.finish()).toMatchObject([{ 'dhcp.message_types': ['OFFER'] }]);
  });

  it('of_another_client_with_the_same_number_is_another', () => {
    const flow = flowOf();
    for (const hardware of [1, 2]) flow.client(message({ type: types.discover, hardware }));
    expect(flow.finish().map((record) => record['dhcp.client.mac'])).toEqual(['02:00:00:00:00:01', '02:00:00:00:00:02']);
  });

  it('goes_on_after_a_refusal_and_after_a_grant_that_the_client_declines', () => {
    const flow = flowOf()
      .client(message({ type: types.request }))
      .server(message({ type: types.nak, isReply: true }));
    flow
      .client(message({ type: types.request }))
      .server(message({ type: types.ack, isReply: true }))
      .client(message({ type: types.decline }));
    expect(flow.finish()).toMatchObject([{ 'dhcp.message_types': ['REQUEST', 'NAK', 'REQUEST', 'ACK', 'DECLINE'] }]);
  });

  it('ends_where_the_client_looks_for_servers_after_a_grant', () => {
    const flow = flowOf();
    for (let i = 0; i < 2; i++) flow.client(message({ type: types.discover })).server(message({ type: types.ack, isReply: true }));
    expect(flow.finish().map((record) => record['dhcp.message_types'])).toEqual([
      ['DISCOVER', 'ACK'],
      ['DISCOVER', 'ACK'],
    ]);
  });

  it('without_a_message_for_long_is_over', () => {
    const flow = flowOf().client(message({ type: types.discover }));
    flow.now.set(flow.now.seconds + 71, 0);
    flow.client(message({ type: types.discover }));
    expect(flow.records).toHaveLength(1);
    expect(flow.finish()).toHaveLength(2);
  });

  it('tells_a_bounded_number_of_messages', () => {
    const flow = flowOf();
    for (let i = 0; i <= messageLimit; i++) flow.client(message({ type: types.discover }));
    expect(flow.finish().map((record) => (record['dhcp.message_types'] as unknown[]).length)).toEqual([messageLimit, 1]);
  });

  it('that_is_open_is_one_of_a_bounded_number', () => {
    const flow = flowOf();
    for (let transaction = 0; transaction <= openLimit; transaction++) flow.client(message({ type: types.discover, transaction }));
    expect(flow.records.map((record) => record['dhcp.transaction_id'])).toEqual(['00000000']);
    expect(flow.pastLimit).toBe(1);
  });
});

describe('a message', () => {
  const read = (options: readonly number[], isReply = false): object =>
    flowOf()
      .client(message({ type: types.request, isReply, options }))
      .finish()[0]!;
  const text = (code: number, value: string): number[] => [code, value.length, ...Buffer.from(value, 'latin1')];

  it('has_a_full_name_as_labels_or_as_text', () => {
    expect(read([81, 3 + 8, 4, 0, 0, 1, 0x41, 4, ...Buffer.from('test'), 0])).toMatchObject({ 'dhcp.client_fqdn': 'a.test' });
    expect(read(text(81, '\0\0\0b.test.'))).toMatchObject({ 'dhcp.client_fqdn': 'b.test' });
    expect(read([81, 5, 4, 0, 0, 9, 0x41])).not.toHaveProperty('dhcp.client_fqdn');
  });

  it('of_the_client_names_it_rather_than_the_server', () => {
    const flow = flowOf().client(message({ type: types.request, options: text(12, 'mine') }));
    flow.server(message({ type: types.ack, isReply: true, options: text(12, 'yours') }));
    expect(flow.finish()).toMatchObject([{ 'dhcp.hostname': 'mine' }]);
  });

  it('with_an_option_of_the_wrong_length_is_read_without_it', () => {
    const record = read([51, 2, 0, 1, 54, 3, 1, 2, 3], true);
    expect(record).not.toHaveProperty('dhcp.lease_time');
    expect(record).not.toHaveProperty('dhcp.server.ip');
  });

  it('of_an_unknown_type_is_told_by_number', () => {
    expect(
      flowOf()
        .client(message({ type: 99 }))
        .finish(),
    ).toMatchObject([{ 'dhcp.message_types': ['99'] }]);
  });
});
