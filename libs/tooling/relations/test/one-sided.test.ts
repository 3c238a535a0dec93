import { Decoder } from '@orbweaver/packet/layers/decoder.ts';
import { IpProtocol, TcpFlag, type Packet } from '@orbweaver/packet/layers/packet.ts';
import { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { writePcap } from '@orbweaver/packet/pcap/write/pcap-writer.ts';
import { Random } from '@orbweaver/protocols/sdk/conformance/random.ts';
import { describe, expect, it, vi } from 'vitest';
import { analyseChunks, faultsOfSums, framesOf, linesOf, piecesOf, type OwnFrame } from '../analysis.ts';
import { ownCaptures } from '../captures.ts';
import { expectAlike } from './expect-alike.ts';
import { expectSameInPieces } from './expect-pieces.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Of so many packets one is lost. */
const lossOneIn = 8;
/** Nanoseconds between two packets: holes are given up in the midst of the capture. */
const step = 700_000_000;

/** `RELATIONS_SEED` for other losses. */
const seed = Number(process.env['RELATIONS_SEED'] ?? 1);

const overTcp = ownCaptures.filter(({ read }) => oneSide(framesOf(read()), true).length > lossOneIn);

describe(`of a capture of one side that lacks packets (RELATIONS_SEED=${seed})`, () => {
  it.each(overTcp)('the_same_is_said_however_it_is_read: $name', ({ read }) => {
    const frames = framesOf(read());
    for (const isServer of [true, false]) {
      const side = slowed(withLoss(oneSide(frames, isServer)));
      if (side.length === 0) continue;
      const capture = writePcap(side, { linkType: side[0]!.linkType, nanoseconds: true });
      expectAlike(capture);
      expectSameInPieces(capture);
      const whole = analyseChunks([capture]);
      expect(linesOf(analyseChunks(piecesOf(capture, 1000)).records)).toEqual(linesOf(whole.records));
      expect(faultsOfSums(whole, side.length)).toEqual([]);
    }
  });
});

/** The packets of TCP that come from the lower port of their connection, or those that go there. */
function oneSide(frames: readonly OwnFrame[], isServer: boolean): OwnFrame[] {
  return segmentsOf(frames, ({ sourcePort, destinationPort }) => sourcePort < destinationPort === isServer);
}

/** Openings are left: without them what is said may turn a flow round that was recorded in part. */
function withLoss(frames: readonly OwnFrame[]): OwnFrame[] {
  const random = new Random(seed);
  return segmentsOf(frames, ({ tcpFlags }) => (tcpFlags & TcpFlag.syn) !== 0 || random.below(lossOneIn) > 0);
}

function segmentsOf(frames: readonly OwnFrame[], isKept: (packet: Packet) => boolean): OwnFrame[] {
  const decoder = new Decoder();
  const frame = new Frame();
  return frames.filter((own) => {
    Object.assign(frame, own, { start: 0, end: own.bytes.length });
    const packet = decoder.packets[decoder.decode(frame) - 1];
    return packet?.protocol === IpProtocol.tcp && packet.hasTransport && isKept(packet);
  });
}

function slowed(frames: readonly OwnFrame[]): OwnFrame[] {
  return frames.map((own, i) => ({
    ...own,
    seconds: 1_700_000_000 + Math.floor((i * step) / 1e9),
    nanos: (i * step) % 1e9,
    fractionDigits: 9,
  }));
}
