import { describe, expect, it } from 'vitest';
import { Cursor } from '../bytes/cursor.ts';

describe('cursor', () => {
  it('reads_fields_in_order_in_both_byte_orders', () => {
    const cursor = new Cursor().reset(Uint8Array.of(1, 2, 3, 4, 5, 6, 0xff, 0xee, 0xdd, 0xcc, 0x78, 0x56, 0x34, 0x92));
    expect([cursor.u8(), cursor.u16(), cursor.u24(), cursor.u32(), cursor.u32le()]).toEqual([1, 0x0203, 0x040506, 0xffeeddcc, 0x92345678]);
    expect(cursor.overrun).toBe(false);
  });

  it('a_read_past_the_end_gives_zero_moves_nothing_and_is_remembered', () => {
    const cursor = new Cursor().reset(Uint8Array.of(7, 8, 9), 1, 3);
    expect(cursor.u32()).toBe(0);
    expect(cursor.remaining).toBe(2);
    expect(cursor.u16()).toBe(0x0809);
    expect(cursor.overrun).toBe(true);
  });

  it('a_range_outside_the_array_is_clamped', () => {
    const cursor = new Cursor().reset(Uint8Array.of(1, 2), 5, 99);
    expect(cursor.remaining).toBe(0);
    expect(cursor.peek()).toBe(-1);
  });
});
