import { expect, test } from 'vitest';
import { csvLine } from '../export/csv.ts';

test('values_are_parted_by_commas_and_absent_ones_are_empty', () => {
  expect(csvLine(['GET', 200, true, undefined, -5])).toBe('GET,200,true,,-5\r\n');
});

test('what_would_break_the_line_is_quoted', () => {
  expect(csvLine(['a,b', 'say "hi"', 'two\nlines'])).toBe('"a,b","say ""hi""","two\nlines"\r\n');
});

test('lists_and_objects_stand_as_json', () => {
  expect(csvLine([['10.0.0.1', '10.0.0.2'], { host: 'a' }])).toBe('"[""10.0.0.1"",""10.0.0.2""]","{""host"":""a""}"\r\n');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('%j_from_the_wire_is_no_formula', (text) => {
  expect(csvLine([text]).replaceAll('"', '')).toBe(`'${text}\r\n`);
});
