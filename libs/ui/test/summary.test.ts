import { expect, test } from 'vitest';
import { fillSummary, summaryFields } from '../views/summary.ts';

const template = '{http.request.method} {url.original}[ → {http.response.status_code}][ in {event.duration}]';

test('fields_are_put_in_their_places', () => {
  expect(fillSummary(template, { 'http.request.method': 'GET', 'url.original': '/', 'http.response.status_code': 200 })).toEqual([
    { field: 'http.request.method', value: 'GET' },
    { text: ' ' },
    { field: 'url.original', value: '/' },
    { text: ' → ' },
    { field: 'http.response.status_code', value: 200 },
  ]);
});

test('the_fields_of_a_template_are_known', () => {
  expect(summaryFields(template)).toEqual(['http.request.method', 'url.original', 'http.response.status_code', 'event.duration']);
});
