import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FieldList, listLimit } from '../field-list.ts';
import { HpackDecoder } from '../hpack.ts';
import { decodeHuffman } from '../huffman.ts';

class Lines {
  readonly lines: string[] = [];
  field(name: string, value: string): void {
    this.lines.push(`${name}: ${value}`);
  }
  hidden(): void {
    this.lines.push('?');
  }
}

function decode(decoder: HpackDecoder, block: string | Uint8Array): { lines: string[]; isSound: boolean } {
  const bytes = typeof block === 'string' ? Buffer.from(block.replaceAll(' ', ''), 'hex') : block;
  const sink = new Lines();
  const isSound = decoder.decode(bytes, 0, bytes.length, sink);
  return { lines: sink.lines, isSound };
}

const first = [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'];

describe('header blocks', () => {
  it.each([
    ['plain', '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d', '8286 84be 5808 6e6f 2d63 6163 6865'],
    ['in_huffman_code', '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff', '8286 84be 5886 a8eb 1064 9cbf'],
  ])('of_rfc_7541_are_decoded_%s', (_, one, two) => {
    const decoder = new HpackDecoder();
    expect(decode(decoder, one)).toEqual({ lines: first, isSound: true });
    expect(decode(decoder, two)).toEqual({ lines: [...first, 'cache-control: no-cache'], isSound: true });
  });

  it('evict_the_oldest_entry_when_the_table_is_full', () => {
    const decoder = new HpackDecoder();
    // Room for one entry of 34 octets, after a size update.
    expect(decode(decoder, '3f03 4001 6101 31 4001 6201 32 be').lines).toEqual(['a: 1', 'b: 2', 'b: 2']);
    expect(decode(decoder, 'bf').isSound).toBe(false);
  });

  it('that_refer_past_a_whole_table_make_no_sense_and_past_a_forgotten_one_are_hidden', () => {
    expect(decode(new HpackDecoder(), '82 c0 84')).toEqual({ lines: [':method: GET'], isSound: false });
    const late = new HpackDecoder();
    late.forget();
    expect(decode(late, '82 c0 84 7e01 31 be')).toEqual({ lines: [':method: GET', '?', ':path: /', '?', '?'], isSound: true });
    expect(decode(late, '4001 6101 31 be bf c0').lines).toEqual(['a: 1', 'a: 1', '?', '?']);
  });

  it.each([
    ['index_zero', '80'],
    ['an_endless_number', 'ffffffffffffffffffff'],
    ['a_text_past_the_end', '4003 6161'],
    ['an_end_of_string_within', '4084 ffff ffff 00'],
    ['padding_that_is_too_long', '4082 1fff 00'],
  ])('with_%s_make_no_sense', (_, block) => {
    expect(decode(new HpackDecoder(), block).isSound).toBe(false);
  });

  it('that_stand_for_far_more_than_they_are_fill_a_list_to_its_limit_only', () => {
    const decoder = new HpackDecoder();
    const list = new FieldList();
    const entry = Buffer.concat([Buffer.from('4001617fa11e', 'hex'), Buffer.alloc(4000, 0x78)]);
    expect(decoder.decode(entry, 0, entry.length, list)).toBe(true);
    const bomb = Buffer.alloc(200_000, 0xbe);
    expect(decoder.decode(bomb, 0, bomb.length, list)).toBe(true);
    expect(list.isPastLimit).toBe(true);
    expect(JSON.stringify(list.fields().toMap()).length).toBeLessThan(listLimit * 2);
  });

  it('of_any_octets_end', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }), fc.boolean(), (blocks, isLate) => {
        const decoder = new HpackDecoder();
        if (isLate) decoder.forget();
        for (const block of blocks) expect(decode(decoder, block).lines.length).toBeLessThanOrEqual(block.length);
      }),
    );
  });
});

describe('the huffman code', () => {
  it('gives_back_every_octet', () => {
    // The longest codes are those of octets that no text has.
    const out = new Uint8Array(16);
    expect(decodeHuffman(Buffer.from('ffc7', 'hex'), 0, 2, out)).toBe(1);
    expect(out[0]).toBe(0);
    expect(decodeHuffman(Buffer.from('a8eb10649cbf', 'hex'), 0, 6, out)).toBe(8);
    expect(Buffer.from(out.subarray(0, 8)).toString()).toBe('no-cache');
  });
});
