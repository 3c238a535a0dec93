import { writePcap, type FrameToWrite } from '@orbweaver/packet/pcap/write/pcap-writer.ts';
import { Talk, udpFrame } from '../../dissection/test/frames.ts';

const conversations = 120;

/**
 * Many web conversations at a time, `perSecond` frames of them a second: most of them plain, so that their first headers tell whose they are; some with fragments in between, some in
 * VXLAN. Among them questions to a name server, by UDP and TCP.
 */
export function busyCapture(perSecond: number): Uint8Array {
  const streams = [...Array(conversations).keys()].map((i) => {
    const frames = webConversation(i);
    if (i % 12 === 3) return frames.flatMap((frame) => inFragments(frame, i));
    return i % 12 === 7 ? frames.map((frame) => inVxlan(frame, i)) : frames;
  });
  streams.push([...Array(12).keys()].flatMap(question), questionByTcp(), questionByTcp(40_053));
  const longest = Math.max(...streams.map((stream) => stream.length));
  const frames = Array.from({ length: longest }, (_, i) => streams.flatMap((stream) => stream[i] ?? [])).flat();
  return writePcap(
    frames.map((bytes, i): FrameToWrite => {
      return { bytes, seconds: 1_800_000_000 + Math.floor(i / perSecond), nanos: 1000 * (i % perSecond) };
    }),
    { linkType: 1 },
  );
}

function webConversation(i: number): Uint8Array[] {
  const talk = new Talk({ host: 1 + (i % 5), port: 40_000 + i }, { host: 9, port: 80 }, i);
  const opening = talk.open();
  const rounds = [...Array(4).keys()].flatMap((round) => {
    const request = talk.say(`GET /${i}/${round} HTTP/1.1\r\nHost: shop.example\r\n\r\n`);
    return [request, talk.answer('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')];
  });
  return [...opening, ...rounds, ...(i % 7 === 0 ? [] : talk.close())];
}

/** Each direction of the outer conversation has a port of its own. */
function inVxlan(frame: Uint8Array, i: number): Uint8Array {
  const [from, to] = frame[29] === 9 ? [12, 11] : [11, 12];
  return udpFrame(
    { host: from, port: 50_000 + i },
    { host: to, port: 4789 },
    Buffer.concat([Buffer.from('0800000000000700', 'hex'), frame]),
  );
}

/** Its second half first, now and then; short ones stay whole. */
function inFragments(frame: Uint8Array, i: number): Uint8Array[] {
  const [header, size] = [34, 40];
  if (frame.length <= header + size) return [frame];
  const parts = [0, size].map((at) => {
    const part = Buffer.concat([frame.subarray(0, header), frame.subarray(header + at, at === 0 ? header + size : undefined)]);
    part.writeUInt16BE(part.length - 14, 16);
    part.writeUInt16BE(i, 18);
    part.writeUInt16BE((at === 0 ? 0x2000 : 0) | (at >>> 3), 20);
    return part;
  });
  return frame.length % 2 === 0 ? parts : parts.reverse();
}

const name = Buffer.from('0473686f70076578616d706c650000010001', 'hex');

function message(id: number, isAnswer: boolean): Buffer {
  const header = Buffer.from(isAnswer ? '000081800001000100000000' : '000001000001000000000000', 'hex');
  header.writeUInt16BE(id, 0);
  return Buffer.concat([header, name, isAnswer ? Buffer.from('c00c000100010000003c0004c0000209', 'hex') : Buffer.alloc(0)]);
}

function question(id: number): Uint8Array[] {
  const [asker, server] = [
    { host: 1 + (id % 5), port: 30_000 + id },
    { host: 53, port: 53 },
  ];
  return [udpFrame(asker, server, message(id, false)), udpFrame(server, asker, message(id, true))];
}

/** The server's port may be the lower one or not. */
function questionByTcp(port = 30): Uint8Array[] {
  const talk = new Talk({ host: 2, port }, { host: 53, port: 53 }, port);
  const framed = (bytes: Buffer): string =>
    Buffer.concat([Buffer.from([bytes.length >>> 8, bytes.length & 0xff]), bytes]).toString('latin1');
  return [...talk.open(), talk.say(framed(message(99, false))), talk.answer(framed(message(99, true))), ...talk.close()];
}
