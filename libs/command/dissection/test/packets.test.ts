import type { ProtocolModule } from '@orbweaver/protocols/sdk/module.ts';
import { describe, expect, it } from 'vitest';
import { echo } from './echo-protocol.ts';
import { client, dissect, ipFrame, server } from './frames.ts';

const ping = (type: number, data = 'hello'): Buffer => Buffer.concat([Buffer.of(type, 0, 0, 0, 0, 7, 0, 1), Buffer.from(data)]);
const frames = [ipFrame(client, server, 1, ping(8)), ipFrame(server, client, 1, ping(0, ''))];

/** Tells what it was given, right behind IP. */
const listener: ProtocolModule = {
  ...echo('listener'),
  packet: {
    ipProtocols: [1],
    open: (flow, ipProtocol) => {
      const told: string[] = [];
      return {
        datagram: (side, bytes, start, end, length) => void told.push(`${side} ${bytes[start]!} ${end - start}/${length}`),
        finish: () => flow.emit({ ...flow.newRecord('listener', 0, flow.now, flow.now), told: `${ipProtocol}: ${told.join(', ')}` }),
      };
    },
  },
};

describe('what is read right behind IP', () => {
  it('gets_each_packet_with_its_header_and_leaves_the_flow_without_a_protocol', () => {
    const { records } = dissect(frames, {}, [listener]);
    expect(records).toMatchObject([{ 'event.dataset': 'listener', told: '1: 0 8 13/13, 1 0 8/8' }, { 'event.dataset': 'flow' }]);
    for (const record of records) expect(record).not.toHaveProperty('network.protocol');
  });

  it('is_not_asked_where_nobody_wants_its_records', () => {
    expect(dissect(frames, { records: new Set(['flow']) }, [listener]).records).toMatchObject([{ 'event.dataset': 'flow' }]);
  });

  it('is_not_given_a_header_that_was_cut', () => {
    const { records } = dissect([ipFrame(client, server, 1, ping(8).subarray(0, 7))], {}, [listener]);
    expect(records).toMatchObject([{ 'event.dataset': 'flow' }]);
  });
});
