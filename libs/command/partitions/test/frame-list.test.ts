import { expect, test } from 'vitest';
import { conversationKey } from '../../dissection/conversation-key.ts';
import { CaptureParser } from '@orbweaver/packet/pcap/capture-parser.ts';
import { Frame } from '@orbweaver/packet/pcap/frame.ts';
import { FrameList, frameMemory } from '../frame-list.ts';
import { busyCapture } from './busy-capture.ts';
import { mixedCapture } from './mixed-capture.ts';

/** All that is told of a frame. */
function told(frame: Frame, key: number): string {
  const { bytes, start, end, originalLength, seconds, nanos, fractionDigits, linkType } = frame;
  return JSON.stringify([
    Buffer.from(bytes.subarray(start, end)).toString('hex'),
    originalLength,
    seconds,
    nanos,
    fractionDigits,
    linkType,
    key,
  ]);
}

test.each([16, 100, 2500, 1_000_000])('frames_told_of_pieces_of_%i_bytes_are_those_of_the_capture', async (length) => {
  for (const capture of [busyCapture(500), await mixedCapture(3)]) {
    const expected: string[] = [];
    new CaptureParser().feed(capture, (frame) => void expected.push(told(frame, conversationKey(frame, true))));
    const list = new FrameList(frameMemory(length));
    const parser = new CaptureParser();
    const shown = new Frame();
    const found: string[] = [];
    for (let at = 0; at < capture.length; at += length) {
      expect(list.read(capture.subarray(at, at + length), parser)).toBe(true);
      for (let index = 0; index < list.count; index++) {
        list.show(shown, index);
        expect(shown.seconds).toBe(list.seconds[index]);
        found.push(told(shown, list.keys[index]!));
      }
    }
    expect(found).toEqual(expected);
  }
});

test('a_piece_of_frames_without_bytes_has_room_for_all_and_for_one_that_began_before', () => {
  const parser = new CaptureParser();
  const header = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex');
  const list = new FrameList(frameMemory(160));
  list.read(header, parser);
  list.read(Buffer.alloc(8), parser);
  // The end of one, nine whole ones, and half of another.
  list.read(Buffer.alloc(160), parser);
  expect(list.count).toBe(10);
  list.read(Buffer.alloc(160), parser);
  expect(list.count).toBe(10);
});

test('nothing_is_told_behind_what_cannot_be_read', () => {
  const parser = new CaptureParser();
  const list = new FrameList(frameMemory(100));
  expect(list.read(Buffer.from('no capture'), parser)).toBe(false);
  expect(list.count).toBe(0);
});
