import { expect, test } from 'vitest';
import { hexDump } from '../format/hex.ts';
import { readableText } from '../format/readable-text.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a_hex_dump_lines_up_offset_hex_and_text', () => {
  expect(hexDump(bytesOf('GET /index.html HTTP/1.1\r\n'), 0, 100)).toBe(
    '00000000  47 45 54 20 2f 69 6e 64  65 78 2e 68 74 6d 6c 20  GET /index.html \n' +
      '00000010  48 54 54 50 2f 31 2e 31  0d 0a                    HTTP/1.1..',
  );
});

test('json_is_indented_and_broken_json_is_left_alone', () => {
  expect(readableText(bytesOf('{"a":[1]}'), 'application/json')).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(readableText(bytesOf('{"a":'), 'application/json')).toBe('{"a":');
  expect(readableText(bytesOf('plain'), 'text/plain')).toBe('plain');
});

test('bytes_that_are_no_text_are_not_shown_as_text', () => {
  expect(readableText(new Uint8Array([0xff, 0xd8, 0xff]), 'image/jpeg')).toBeUndefined();
  expect(readableText(bytesOf('a\0b'), 'text/plain')).toBeUndefined();
});
