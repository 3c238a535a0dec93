import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureParser } from '../capture-parser.ts';
import type { CaptureError } from '../read-error.ts';
import { PcapngBlocks } from '../write/pcapng-writer.ts';
import { pcapHeader, pcapRecord, writePcap, type FrameToWrite } from '../write/pcap-writer.ts';

interface Seen {
  readonly data: string;
  readonly seconds: number;
  readonly nanos: number;
  readonly originalLength: number;
  readonly linkType: number;
  readonly interfaceName: string | undefined;
  readonly digits: number;
}

/** Reads a capture in chunks of the given sizes (the last one repeats). */
function read(capture: Uint8Array, sizes: readonly number[] = [capture.length + 1]): { seen: Seen[]; error: CaptureError | undefined } {
  const parser = new CaptureParser();
  const seen: Seen[] = [];
  let at = 0;
  for (let turn = 0; at < capture.length; turn++) {
    const size = sizes[Math.min(turn, sizes.length - 1)]!;
    // A copy that is wiped afterwards: whatever the parser keeps of a chunk it must have copied.
    const chunk = Uint8Array.from(capture.subarray(at, at + size));
    const goesOn = parser.feed(chunk, (frame) => {
      seen.push({
        data: Buffer.from(frame.bytes.subarray(frame.start, frame.end)).toString('hex'),
        seconds: frame.seconds,
        nanos: frame.nanos,
        originalLength: frame.originalLength,
        linkType: frame.linkType,
        interfaceName: frame.interfaceName,
        digits: frame.fractionDigits,
      });
    });
    chunk.fill(0xee);
    at += size;
    if (!goesOn) break;
  }
  return { seen, error: parser.finish() };
}

const frames: FrameToWrite[] = [
  { bytes: Uint8Array.from({ length: 60 }, (_, i) => i), seconds: 1_700_000_000, nanos: 1_000 },
  { bytes: new Uint8Array(0), seconds: 1_700_000_001, nanos: 999_999_000, originalLength: 9000 },
  { bytes: Uint8Array.of(1, 2, 3), seconds: 4_000_000_000, nanos: 0 },
];

function expected(linkType: number, digits: number, interfaceName?: string): Seen[] {
  return frames.map(({ bytes, seconds, nanos, originalLength }) => {
    return {
      data: Buffer.from(bytes).toString('hex'),
      seconds,
      nanos,
      originalLength: originalLength ?? bytes.length,
      linkType,
      interfaceName,
      digits,
    };
  });
}

/** The four classic files: both byte orders, micro- and nanoseconds. */
const classic = [true, false].flatMap((littleEndian) => [true, false].map((nanoseconds) => ({ littleEndian, nanoseconds, linkType: 113 })));

function pcapng(littleEndian: boolean): Uint8Array {
  const blocks = new PcapngBlocks(littleEndian);
  return Buffer.concat([
    blocks.section(),
    blocks.block(0x0bad, [new Uint8Array(8)]),
    blocks.interface({ linkType: 113, name: 'eth0' }),
    ...frames.map((frame) => blocks.packet(frame)),
    blocks.block(5, [new Uint8Array(12)]),
  ]);
}

describe('captures', () => {
  it.each(classic)('pcap_is_read_in_either_byte_order_and_resolution %o', (options) => {
    const { seen, error } = read(writePcap(frames, options));
    expect(error).toBeUndefined();
    expect(seen).toEqual(expected(113, options.nanoseconds ? 9 : 6));
  });

  it.each([true, false])('pcapng_is_read_in_either_byte_order little-endian %s', (littleEndian) => {
    const { seen, error } = read(pcapng(littleEndian));
    expect(error).toBeUndefined();
    expect(seen).toEqual(expected(113, 9, 'eth0'));
  });

  it('any_slicing_gives_the_same_frames', () => {
    for (const capture of [...classic.map((options) => writePcap(frames, options)), pcapng(true), pcapng(false)]) {
      const whole = read(capture);
      for (let size = 1; size <= 40; size++) expect(read(capture, [size])).toEqual(whole);
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (sizes) => {
          expect(read(capture, sizes)).toEqual(whole);
        }),
        { numRuns: 50 },
      );
    }
  });

  it('a_capture_cut_anywhere_gives_what_was_whole_and_says_that_it_is_truncated', () => {
    for (const capture of [writePcap(frames, classic[0]!), pcapng(false)]) {
      const whole = read(capture).seen;
      for (let length = 0; length < capture.length; length++) {
        const cut = capture.slice(0, length);
        const { seen, error } = read(cut, [7]);
        expect(seen).toEqual(whole.slice(0, seen.length));
        if (length < 4) expect(error?.kind).toBe('not_a_capture');
        else if (error !== undefined) {
          expect(error.kind).toBe('truncated');
          expect(error.offset).toBeLessThanOrEqual(length);
        } else expect(read(cut).error).toBeUndefined();
      }
    }
  });

  it('random_bytes_behind_a_good_header_end_in_an_error_or_in_frames', () => {
    const header = Buffer.from(pcapHeader({ linkType: 1 }));
    const section = Buffer.from(new PcapngBlocks().section());
    fc.assert(
      fc.property(
        fc.constantFrom(header, section),
        fc.uint8Array({ maxLength: 400 }),
        fc.integer({ min: 1, max: 50 }),
        (start, noise, size) => {
          const capture = Buffer.concat([start, noise]);
          const inPieces = read(capture, [size]);
          const atOnce = read(capture);
          expect(inPieces.seen).toEqual(atOnce.seen);
          expect(inPieces.error?.message).toBe(atOnce.error?.message);
        },
      ),
    );
  });

  it('what_is_no_capture_is_named', () => {
    const errorOf = (text: string | Uint8Array) => read(Buffer.from(text as string)).error?.message;
    expect(errorOf('')).toBe('not a capture: expected a pcap or pcapng header, but the file is empty');
    expect(errorOf('ab')).toBe('not a capture: expected a pcap or pcapng header, but the file ends after 2 bytes');
    expect(errorOf('Hello, world')).toBe('not a capture: expected pcap or pcapng magic, found 0x48656c6c ("Hell", text)');
    expect(errorOf(Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a))).toBe(
      'not a capture: expected pcap or pcapng magic, found 0xfd377a58 (an xz file)',
    );
    expect(errorOf(new Uint8Array(100))).toBe('not a capture: expected pcap or pcapng magic, found 0x00000000');
  });
});

describe('pcap', () => {
  const options = { linkType: 1 };

  it('an_absurd_length_is_an_error_with_its_place_and_what_came_before_is_delivered', () => {
    const bad = pcapRecord(frames[0]!, options);
    new DataView(bad.buffer).setUint32(8, 262_145, true);
    const { seen, error } = read(Buffer.concat([writePcap(frames, options), bad]), [13]);
    expect(seen).toHaveLength(3);
    expect(error).toMatchObject({ kind: 'corrupt', offset: 24 + 3 * 16 + 63 + 8 });
    expect(error?.message).toContain('packet 4 claims 262145 captured bytes, expected at most 262144');
  });

  it('a_fraction_of_more_than_a_second_is_carried', () => {
    const record = pcapRecord(frames[0]!, options);
    new DataView(record.buffer).setUint32(4, 2_500_000, true);
    expect(read(Buffer.concat([pcapHeader(options), record])).seen[0]).toMatchObject({ seconds: 1_700_000_002, nanos: 500_000_000 });
  });

  it('the_original_length_is_never_less_than_what_was_captured', () => {
    const { seen } = read(writePcap([{ ...frames[0]!, originalLength: 1 }], options));
    expect(seen[0]!.originalLength).toBe(60);
  });

  it('the_frame_check_bits_are_no_part_of_the_link_type', () => {
    expect(read(writePcap(frames, { linkType: 0x5400_0001 })).seen[0]!.linkType).toBe(1);
  });

  it.each([
    [0xa1b2cd34, 0, 8, 6],
    [0x1c0001ac, 4, 0, 9],
    [0x1c0001ab, 4, 0, 6],
    [0xa12b3c4d, 0, 0, 9],
  ])('the_variant_%i_is_read', (magic, behindHeader, behindRecordHeader, digits) => {
    for (const littleEndian of [true, false]) {
      const header = pcapHeader({ linkType: 1, littleEndian });
      new DataView(header.buffer).setUint32(0, magic, littleEndian);
      const parts: Uint8Array[] = [header, new Uint8Array(behindHeader)];
      for (const frame of frames) {
        const record = pcapRecord(frame, { linkType: 1, littleEndian, nanoseconds: digits === 9 });
        parts.push(record.subarray(0, 16), new Uint8Array(behindRecordHeader), record.subarray(16));
      }
      const { seen, error } = read(Buffer.concat(parts), [11]);
      expect(error).toBeUndefined();
      expect(seen).toEqual(expected(1, digits));
    }
  });

  it('before_version_2_3_the_lengths_stand_the_other_way_round', () => {
    for (const [minor, swaps] of [
      [2, true],
      [3, true],
      [3, false],
    ] as const) {
      const capture = writePcap([{ ...frames[0]!, originalLength: 100 }], options);
      const view = new DataView(capture.buffer, capture.byteOffset);
      view.setUint16(6, minor, true);
      if (swaps) {
        view.setUint32(24 + 8, 100, true);
        view.setUint32(24 + 12, 60, true);
      }
      expect(read(capture).seen[0]).toMatchObject({ originalLength: 100, data: Buffer.from(frames[0]!.bytes).toString('hex') });
    }
  });

  it('an_unknown_version_is_refused', () => {
    const capture = writePcap(frames, options);
    capture[4] = 3;
    expect(read(capture).error).toMatchObject({ kind: 'unsupported', offset: 4, reason: 'pcap version 3.4, expected 2.x' });
  });
});

describe('pcapng', () => {
  const blocks = new PcapngBlocks();
  const first = frames[0]!;

  it('each_section_numbers_its_interfaces_anew_and_has_its_own_byte_order', () => {
    const other = new PcapngBlocks(false);
    const { seen, error } = read(
      Buffer.concat([
        blocks.section(),
        blocks.interface({ linkType: 1, name: 'a' }),
        blocks.interface({ linkType: 113, name: 'b', resolution: 6 }),
        blocks.packet(first, 1, 6),
        blocks.packet(first, 0),
        other.section(),
        other.interface({ linkType: 101, name: 'c' }),
        other.packet(first, 0),
      ]),
    );
    expect(error).toBeUndefined();
    expect(seen.map((frame) => [frame.interfaceName, frame.linkType, frame.digits])).toEqual([
      ['b', 113, 6],
      ['a', 1, 9],
      ['c', 101, 9],
    ]);
  });

  it.each([
    [3, 1_700_000_000_250n, 1_700_000_000, 250_000_000, 3],
    [0, 1_700_000_000n, 1_700_000_000, 0, 0],
    [12, 1_700_000_000_123_456_789_012n & 0xffff_ffff_ffff_ffffn, undefined, undefined, 9],
    [0x80 | 10, (1_700_000_000n << 10n) | 512n, 1_700_000_000, 500_000_000, 4],
    [0x80 | 33, (1_700_000_000n << 33n) | 1n, 1_700_000_000, 0, 9],
    [127, 5n, 0, 0, 9],
    [255, 5n, 0, 0, 9],
  ])('a_clock_of_resolution_%i_is_understood', (resolution, units, seconds, nanos, digits) => {
    const capture = Buffer.concat([blocks.section(), blocks.interface({ linkType: 1, resolution }), blocks.packetAt(first, 0, units)]);
    const frame = read(capture).seen[0]!;
    const exponent = BigInt(resolution & 0x7f);
    const perSecond = (resolution & 0x80) !== 0 ? 1n << exponent : 10n ** exponent;
    expect(frame).toMatchObject({
      seconds: seconds ?? Number(units / perSecond),
      nanos: nanos ?? Number(((units % perSecond) * 10n ** 9n) / perSecond),
      digits,
    });
  });

  it('every_time_in_nanoseconds_is_exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }), fc.integer({ min: 0, max: 9 }), (units, digits) => {
        const capture = Buffer.concat([
          blocks.section(),
          blocks.interface({ linkType: 1, resolution: digits }),
          blocks.packetAt(first, 0, units),
        ]);
        const { seconds, nanos } = read(capture).seen[0]!;
        const perSecond = 10n ** BigInt(digits);
        if (units / perSecond > 0xffff_ffffn) expect([seconds, nanos]).toEqual([0xffff_ffff, 0]);
        else expect(BigInt(seconds) * 1_000_000_000n + BigInt(nanos)).toBe(units * 10n ** BigInt(9 - digits));
      }),
    );
  });

  it('the_time_offset_is_added_and_may_be_negative', () => {
    const capture = (offsetSeconds: number) =>
      Buffer.concat([blocks.section(), blocks.interface({ linkType: 1, offsetSeconds }), blocks.packet(first)]);
    expect(read(capture(3600)).seen[0]!.seconds).toBe(1_700_003_600);
    expect(read(capture(-3600)).seen[0]!.seconds).toBe(1_699_996_400);
    expect(read(capture(-1_800_000_000)).seen[0]!.seconds).toBe(0);
  });

  it('simple_and_obsolete_packets_are_read', () => {
    const { seen, error } = read(
      Buffer.concat([
        blocks.section(),
        blocks.interface({ linkType: 1, snapLength: 40 }),
        blocks.oldPacket(first, 0, 1_700_000_000_000_001_000n),
        blocks.simplePacket({ ...first, bytes: first.bytes.subarray(0, 40), originalLength: 60 }),
      ]),
    );
    expect(error).toBeUndefined();
    expect(seen[0]).toMatchObject({ seconds: 1_700_000_000, nanos: 1_000, originalLength: 60 });
    expect(seen[1]).toMatchObject({ seconds: 1_700_000_000, nanos: 1_000, originalLength: 60, data: seen[0]!.data.slice(0, 80) });
  });

  it('an_unknown_block_of_any_length_is_passed_over_without_being_held', () => {
    const parser = new CaptureParser();
    let count = 0;
    const length = 40 * 1024 * 1024;
    const big = blocks.block(0x0bad, []);
    new DataView(big.buffer, big.byteOffset).setUint32(4, length, true);
    parser.feed(Buffer.concat([blocks.section(), blocks.interface({ linkType: 1 }), big.subarray(0, 8)]), () => count++);
    const filler = new Uint8Array(1024 * 1024);
    for (let left = length - 8; left > 0; left -= filler.length)
      parser.feed(filler.subarray(0, Math.min(left, filler.length)), () => count++);
    parser.feed(blocks.packet(first), () => count++);
    expect(parser.finish()).toBeUndefined();
    expect(count).toBe(1);
  });

  it.each([
    [
      'a packet without an interface',
      () => [blocks.section(), blocks.packet(first)],
      'packet 1 on interface 0, but the section describes 0',
    ],
    ['a section of version 2', () => [blocks.section().with(12, 2)], 'pcapng version 2.0, expected 1.x'],
    ['a section without its magic', () => [blocks.section().with(8, 0)], 'a section header without the byte-order magic 0x1a2b3c4d'],
    [
      'a length that is no multiple of four',
      () => [blocks.section(), Uint8Array.of(1, 0, 0, 0, 21, 0, 0, 0, 0, 0, 0, 0)],
      'a block claims a length of 21, expected a multiple of 4',
    ],
    [
      'two lengths that differ',
      () => [blocks.section(), blocks.interface({ linkType: 1 }).with(-4, 99)],
      'at its beginning and of 99 at its end',
    ],
    [
      'a block too short for its type',
      () => [blocks.section(), blocks.block(6, [new Uint8Array(8)])],
      'a block of type 6 with a body of 8 bytes, expected at least 20',
    ],
    ['a block beyond the limit', () => [blocks.section(), Uint8Array.of(6, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0)], 'expected at most 16777216'],
    [
      'a packet longer than its block',
      () => [blocks.section(), blocks.interface({ linkType: 1 }), blocks.packet(first).with(20, 61)],
      'packet 1 claims 61 captured bytes in a block that holds 60',
    ],
  ])('%s_is_corrupt', (_, parts, reason) => {
    const { error } = read(Buffer.concat(parts()));
    expect(error?.message).toContain(reason);
    expect(read(Buffer.concat(parts()), [5]).error?.message).toBe(error?.message);
  });
});
