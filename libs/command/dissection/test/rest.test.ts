import { describe, expect, it } from 'vitest';
import { defaultTimeouts } from '@orbweaver/packet/flow/timeouts.ts';
import { Random } from '@orbweaver/protocols/sdk/conformance/random.ts';
import type { DissectionOptions } from '../options.ts';
import { Talk, client, dissect, server, tcpFrame, udpFrame, type End, type Result } from './frames.ts';

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const ok = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** A question for the address of `a.test` and its answer (RFC 1035, section 4.1.1): one conversation more, which is at rest at once. */
function other(id: number): Buffer[] {
  const message = (flags: number): Buffer => {
    const header = Buffer.alloc(12);
    header.writeUInt16BE(id, 0);
    header.writeUInt16BE(flags, 2);
    header.writeUInt16BE(1, 4);
    return Buffer.concat([header, Buffer.from('\x01a\x04test\0\0\x01\0\x01', 'latin1')]);
  };
  const [host, resolver] = [
    { host: 8, port: 5000 },
    { host: 9, port: 53 },
  ];
  return [udpFrame(host, resolver, message(0x0100)), udpFrame(resolver, host, message(0x8180))];
}

const wasLetGo = ({ flows }: Result): boolean => flows.some((flow) => (flow['flow.abandoned'] as string[] | undefined) !== undefined);

/** The same packets with room for one conversation and for all. */
function bothOf(frames: readonly Buffer[], options: DissectionOptions = {}, snapLength?: number): [Result, Result] {
  return [dissect(frames, { ...options, conversationLimit: 1 }, undefined, snapLength), dissect(frames, options, undefined, snapLength)];
}

/** With another conversation behind the frame of this number, from 0. */
const crowdedBehind = (frames: readonly Buffer[], at: number): Buffer[] => [
  ...frames.slice(0, at + 1),
  ...other(at),
  ...frames.slice(at + 1),
];

describe('a conversation over a stream that makes room while it is at rest', () => {
  it('goes_on_with_what_is_spoken_next_however_many_there_are', () => {
    const talks = Array.from({ length: 50 }, (_, i) => new Talk({ host: 1, port: 1000 + i }, server, 7000 * i));
    const round = (name: string): Buffer[] =>
      talks.flatMap((talk, i) => [talk.say(get(`/${name}/${i}`)), talk.answer(ok(`${name} ${i}`)), talk.say('')]);
    const frames = [...talks.flatMap((talk) => talk.open()), ...['a', 'b', 'c'].flatMap(round), ...talks.flatMap((talk) => talk.close())];
    const limited = dissect(frames, { conversationLimit: 4 });
    expect(limited.records).toEqual(dissect(frames).records);
    expect(limited.records.filter((record) => record['http.response.status_code'] === 200)).toHaveLength(150);
    expect(new Set(limited.flows.map((flow) => flow['flow.state']))).toEqual(new Set(['SF']));
    expect(limited.dissector.summary().conversations_let_go).toBe(0);
  });

  it('is_the_same_wherever_it_rests_and_whatever_happens_to_its_packets', () => {
    let rested = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Random(seed);
      const frames = damaged(exchanges(random), random);
      const snapLength = random.below(4) === 0 ? 54 + random.below(100) : Infinity;
      // One that has ended goes without more ado, though late packets may come.
      for (let i = 3; i < frames.length && !isFin(frames[i]!); i++) {
        const [limited, free] = bothOf(crowdedBehind(frames, i), {}, snapLength);
        if (wasLetGo(limited)) continue;
        expect(limited.records, `seed ${seed}, behind frame ${i}`).toEqual(free.records);
        rested++;
      }
    }
    expect(rested).toBeGreaterThan(200);
  });

  it('is_the_same_though_its_flow_is_recorded_in_pieces_meanwhile', () => {
    const talk = new Talk();
    const pause = Array.from({ length: 3000 }, () => udpFrame({ host: 5, port: 5 }, { host: 6, port: 6 }, Buffer.alloc(0)));
    const round = (path: string): Buffer[] => [talk.say(get(path)), talk.answer(ok(path)), talk.say('')];
    const frames = [...talk.open(), ...round('/a'), ...other(1), ...pause, ...round('/b'), ...other(2), ...pause];
    const timeouts = { ...defaultTimeouts, active: 1 };
    const [limited, free] = bothOf([...frames, ...round('/c'), ...talk.close()], { timeouts });
    expect(limited.records).toEqual(free.records);
    expect(wasLetGo(limited)).toBe(false);
    const pieces = limited.flows.filter((flow) => flow['source.port'] === client.port);
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.every((piece) => piece['network.protocol'] === 'http')).toBe(true);
  });

  it('counts_its_records_on_behind_those_of_the_protocol_before', () => {
    const talk = new Talk();
    const opening = talk.open();
    const connect = [talk.say('CONNECT b:80 HTTP/1.1\r\nHost: b\r\n\r\n'), talk.answer('HTTP/1.1 200 OK\r\n\r\n')];
    const rounds = ['/a', '/b'].map((path) => [talk.say(get(path)), talk.answer(ok(path))]);
    const frames = [...opening, ...connect, ...rounds[0]!, ...other(1), ...rounds[1]!, ...other(2), ...talk.close()];
    const [limited, free] = bothOf(frames);
    expect(limited.records).toEqual(free.records);
    const ids = limited.records.filter((record) => record['event.dataset'] === 'http').map((record) => record['event.id'] as string);
    expect(ids.map((id) => id.slice(-7))).toEqual(['-http-0', '-http-1', '-http-2']);
  });

  it('keeps_its_direction_where_the_side_that_was_called_asks', () => {
    const talk = new Talk();
    const opening = talk.open();
    const rounds = ['/a', '/b', '/c'].flatMap((path) => [talk.answer(get(path)), talk.say(ok(path)), ...other(path.charCodeAt(1))]);
    const [limited, free] = bothOf([...opening, ...rounds, ...talk.close()]);
    expect(limited.records).toEqual(free.records);
    expect(limited.records.filter((record) => record['http.response.status_code'] === 200).map((record) => record['source.ip'])).toEqual(
      Array.from({ length: 3 }, () => '192.0.2.2'),
    );
  });

  it('ends_as_its_flow_does', () => {
    const reset = (port: number): Buffer => tcpFrame({ host: 1, port }, server, 'R', 1001 + get('/').length, 0);
    const ends = [(talk: Talk) => talk.close(), (talk: Talk) => talk.close().slice(0, 1), () => [reset(client.port)]];
    for (const end of ends) {
      const talk = new Talk();
      const [limited, free] = bothOf([...talk.open(), talk.say(get('/')), talk.answer(ok('x')), talk.say(''), ...other(1), ...end(talk)]);
      expect(limited.records).toEqual(free.records);
      expect(wasLetGo(limited)).toBe(false);
    }
  });

  it('does_not_read_anew_what_is_sent_anew', () => {
    const talk = new Talk();
    const frames = [...talk.open(), talk.say(get('/')), talk.answer(ok('x')), talk.say('')];
    const [limited, free] = bothOf([...frames, ...other(1), frames[3]!, ...other(2), frames[4]!, ...other(3), talk.say(get('/b'))]);
    expect(limited.records).toEqual(free.records);
    expect(limited.records.map((record) => record['url.path']).filter(Boolean)).toEqual(['/', '/b']);
    expect(limited.flows).toContainEqual(expect.objectContaining({ 'network.protocol': 'http', 'flow.tcp.retransmissions': 2 }));
  });

  it('goes_before_one_in_the_middle_of_something_that_was_quiet_for_longer', () => {
    const [asking, resting, last] = [1, 2, 3].map((i) => new Talk({ host: 1, port: 1000 + i }, server));
    const frames = [
      ...[...asking!.open(), asking!.say(get('/long'))],
      ...[...resting!.open(), resting!.say(get('/a')), resting!.answer(ok('a')), resting!.say('')],
      ...Array.from({ length: 1000 }, () => resting!.say('')),
      ...[...last!.open(), last!.say(get('/b'))],
      ...[asking!.answer(ok('long')), last!.answer(ok('b'))],
    ];
    const limited = dissect(frames, { conversationLimit: 2 });
    expect(limited.records).toEqual(dissect(frames).records);
    expect(wasLetGo(limited)).toBe(false);
  });

  it('is_let_go_as_any_other_if_its_payload_is_kept', () => {
    const talk = new Talk();
    const frames = [...talk.open(), talk.say(get('/')), talk.answer(ok('x')), talk.say(''), ...other(1), talk.say(get('/b'))];
    const content = { open: () => ({ append: () => undefined, finish: () => ({ id: 'kept', bytes: 1 }) }) };
    const [limited] = bothOf(frames, { content });
    expect(limited.flows).toContainEqual(expect.objectContaining({ 'network.protocol': 'http', 'flow.abandoned': ['conversation-limit'] }));
  });

  it('is_let_go_where_only_one_side_was_captured', () => {
    const answers = [0, 1].map((i) => tcpFrame(server, client, 'PA', 1 + i * ok('x').length, 1 + (i + 1) * get('/').length, ok('x')));
    const { flows } = dissect([answers[0]!, ...other(1), answers[1]!], { conversationLimit: 1 });
    expect(flows).toContainEqual(expect.objectContaining({ 'network.protocol': 'http', 'flow.abandoned': ['conversation-limit'] }));
  });
});

/** A conversation of several exchanges, whose sequence numbers pass 0, of all kinds: what is whole, what comes in parts, what is asked at once. */
function exchanges(random: Random): Buffer[] {
  const talk = new Talk(client, server, random.below(2) === 0 ? 1000 : 2 ** 32 - 1 - random.below(5000));
  const frames = talk.open();
  for (let i = 0; i < 4; i++) {
    const asked = get(`/${i}`);
    const body = ok('x'.repeat(random.below(40)));
    const cut = random.below(body.length);
    frames.push(talk.say(asked));
    if (random.below(4) === 0) frames.push(talk.say(asked), talk.answer(body));
    frames.push(...(random.below(2) === 0 ? [talk.answer(body)] : [talk.answer(body.slice(0, cut)), talk.answer(body.slice(cut))]));
    if (random.below(3) > 0) frames.push(talk.say(''));
  }
  return random.below(3) === 0 ? frames : [...frames, ...talk.close()];
}

/** Some packets lost, doubled, later than others, or sent to keep the connection alive (RFC 9293, section 3.8.4). */
function damaged(frames: readonly Buffer[], random: Random): Buffer[] {
  const changed = [...frames];
  for (let faults = random.below(4); faults > 0; faults--) {
    const at = 3 + random.below(changed.length - 4);
    const frame = changed[at]!;
    switch (random.below(4)) {
      case 0:
        changed.splice(at, 1);
        break;
      case 1:
        changed.splice(at + random.below(changed.length - at), 0, frame);
        break;
      case 2:
        [changed[at], changed[at + 1]] = [changed[at + 1]!, frame];
        break;
      default:
        changed.splice(at, 0, probe(frame));
    }
  }
  return changed;
}

const isFin = (frame: Buffer): boolean => (frame[47]! & 1) !== 0;

/** What the sender of `frame` would send before it to learn whether the other side still is there: nothing, at the number before its next one. */
function probe(frame: Buffer): Buffer {
  const end = (at: number, address: number): End => ({ host: frame[address]!, port: frame.readUInt16BE(at) });
  return tcpFrame(end(34, 29), end(36, 33), 'A', frame.readUInt32BE(38) - 1, frame.readUInt32BE(42));
}
