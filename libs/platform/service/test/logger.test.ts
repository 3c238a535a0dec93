import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLogger } from '../logger.ts';

function collect(pretty: boolean) {
  let text = '';
  const to = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { log: createLogger({ level: 'info', pretty, service: 'test' }, to), text: () => text };
}

test('secrets_are_masked_by_name_at_every_depth_that_is_logged', () => {
  for (const pretty of [false, true]) {
    const { log, text } = collect(pretty);
    log.info(
      { password: 'hunter2', request: { headers: { authorization: 'hunter2', cookie: 'hunter2' } }, body: { token: 'hunter2' } },
      'a request',
    );
    expect(text()).toContain('a request');
    expect(text()).toContain('***');
    expect(text()).not.toContain('hunter2');
  }
});

test('what_a_person_reads_is_one_line_with_time_level_and_message', () => {
  const { log, text } = collect(true);
  log.warn({ capture: 'a.pcap' }, 'something happened');
  expect(text()).toMatch(/^\d\d:\d\d:\d\d warn {2}something happened capture=a\.pcap\n$/);
});

test('a_name_from_the_wire_cannot_make_lines_of_its_own', () => {
  const { log, text } = collect(true);
  log.info({ capture: 'a\n12:00:00 error forged \u001b[31m' }, 'import done');
  expect(text().trimEnd().split('\n')).toHaveLength(1);
  expect(text()).not.toContain('\u001b');
});
