import { expect, test } from 'vitest';
import { readArguments } from '../config/arguments.ts';
import { settingsHelp, settingsReference } from '../config/reference.ts';
import { ConfigError, describeConfig, optionalSetting, readSettings, secretSetting, setting, type Sources } from '../config/settings.ts';
import { byteSize, duration, listOfText, networks, onOff, oneOf, portNumber, serverPlaces, text, url, urls } from '../config/values.ts';

const table = {
  port: setting(portNumber, 7280, 'Port to listen on.'),
  timeLimit: setting(duration('1s', '1h'), 30_000, 'How long.'),
  uploadLimit: setting(byteSize('1kB', '1TB'), 10e9, 'How much.'),
  logLevel: setting(oneOf('info', 'debug'), 'info', 'How loud.'),
  quiet: setting(onOff, false, 'No banner.'),
  names: setting(listOfText, ['a'], 'Which.'),
  interface: optionalSetting(text, 'Where from.'),
  apiKey: secretSetting(text, 'A secret.'),
};
const read = (sources: Partial<Sources>) => readSettings(table, { flags: {}, environment: {}, file: {}, ...sources });
function problemsOf(sources: Partial<Sources>): readonly string[] {
  try {
    read(sources);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
}

test('flags_win_over_the_environment_that_over_the_file_that_over_defaults', () => {
  const file = { port: 1, timeLimit: '1m', uploadLimit: '1MB', quiet: true };
  const environment = { ORBWEAVER_PORT: '2', ORBWEAVER_TIME_LIMIT: '2m' };
  expect(read({ flags: { port: '3' }, environment, file })).toMatchObject({
    port: 3,
    timeLimit: 120_000,
    uploadLimit: 1e6,
    quiet: true,
    logLevel: 'info',
  });
});

test('the_values_cannot_be_changed', () => {
  const config = read({ flags: { names: 'x, y' } });
  expect(Object.isFrozen(config)).toBe(true);
  expect(Object.isFrozen(config.names)).toBe(true);
  expect(config.names).toEqual(['x', 'y']);
});

test('every_problem_is_reported_with_its_place_and_what_was_expected', () => {
  expect(
    problemsOf({
      flags: { port: '70000' },
      environment: { ORBWEAVER_TIME_LIMIT: '30', ORBWEAVER_PROT: '1', OTHER: 'x' },
      file: { uploadLimit: 5, logLevl: 'info' },
      fileName: 'o.json',
    }),
  ).toEqual([
    'ORBWEAVER_PROT: there is no such setting',
    'logLevl in o.json: there is no such setting',
    '--port: expected a port from 0 (any free one) to 65535, got "70000"',
    'ORBWEAVER_TIME_LIMIT: expected a duration from 1s to 1h with its unit (ms, s, m, h, d, w, y), such as 30s, got "30"',
    'uploadLimit in o.json: expected a size from 1kB to 1TB with its unit (B, kB, MB, GB, TB, KiB, MiB, GiB, TiB), such as 10GB, got 5',
  ]);
});

test('a_secret_is_shown_nowhere', () => {
  expect(describeConfig(table, read({ flags: { apiKey: 'hunter2' } }))['apiKey']).toBe('***');
  expect(problemsOf({ file: { apiKey: { hunter2: 1 } } }).join()).not.toContain('hunter2');
});

test('a_secret_in_an_address_is_shown_nowhere', () => {
  const addresses = { one: optionalSetting(url('redis'), 'One.'), several: optionalSetting(urls('http', 'https'), 'Several.') };
  const flags = { one: 'redis://me:hunter2@host:1/0', several: 'https://hunter2@host,http://host/a@b' };
  const config = readSettings(addresses, { flags, environment: {}, file: {} });
  expect(config).toEqual({ one: flags.one, several: flags.several.split(',') });
  expect(describeConfig(addresses, config)).toEqual({ one: 'redis://***@host:1/0', several: 'https://***@host,http://host/a@b' });
  const unfit = (given: Record<string, string>) => () => readSettings(addresses, { flags: given, environment: {}, file: {} });
  expect(unfit({ one: 'http://me:hunter2@host' })).toThrow('--one: expected an address that begins with redis://, got "http://***@host"');
  expect(unfit({ one: 'redis://me:hun/ter2@host' })).toThrow('got "redis://***@host"');
  expect(unfit({ several: 'https://me:hunter2@a,htps://me:hunter2@b' })).toThrow('got "https://***@b"');
});

test('values_are_written_as_they_are_read', () => {
  const config = read({ flags: { timeLimit: '90s', uploadLimit: '64KiB' } });
  expect(describeConfig(table, config)).toMatchObject({ timeLimit: '90s', uploadLimit: '64KiB', port: '7280' });
  expect(describeConfig(table, read({}))).toMatchObject({ timeLimit: '30s', uploadLimit: '10GB' });
});

test('arguments_are_flags_switches_and_operands', () => {
  const read = readArguments(table, ['a.pcap', '--port', '1', '--time-limit=5s', '--quiet', '-', '--', '--port']);
  expect(read).toEqual({ flags: { port: '1', timeLimit: '5s', quiet: true }, operands: ['a.pcap', '-', '--port'], problems: [] });
  expect(readArguments(table, ['--no-quiet']).flags).toEqual({ quiet: false });
  expect(readArguments(table, ['--prot', '1', '--no-port', '--port']).problems).toEqual([
    '--prot: there is no such option; did you mean --port?',
    '--no-port: there is no such option; did you mean --port?',
    '--port: expected a port from 0 (any free one) to 65535 behind it',
  ]);
});

test('the_reference_names_every_setting', () => {
  for (const [name, { help }] of Object.entries(table)) {
    expect(settingsReference(table)).toContain(`\`${name}\``);
    expect(settingsHelp(table)).toContain(help);
  }
});

test('places_of_servers_and_proxies_are_checked_before_anything_uses_them', () => {
  const places = {
    trustedProxies: setting(networks, [], 'Who is believed.'),
    kafkaBrokers: setting(serverPlaces, ['127.0.0.1:9092'], 'Where Kafka is.'),
    redisUrl: setting(url('redis', 'rediss'), 'redis://127.0.0.1', 'Where Redis is.'),
    nodes: setting(urls('http', 'https'), ['http://127.0.0.1:9200'], 'Where Elasticsearch is.'),
  };
  const readPlaces = (flags: Record<string, string>) => readSettings(places, { flags, environment: {}, file: {} });
  const good = {
    trustedProxies: '127.0.0.1, 10.0.0.0/8,::1,fd00::/8',
    kafkaBrokers: 'kafka-0.kafka:9092, [::1]:9093',
    redisUrl: 'rediss://user:secret@redis:6380/1',
    nodes: 'https://a:9200,http://[::1]:9200/below',
  };
  expect(readPlaces(good)).toMatchObject({ trustedProxies: ['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'], redisUrl: good.redisUrl });
  const bad = {
    trustedProxies: ['nginx', '10.0.0.0/33', '10.0.0.0/', '10.0.0.1/8/8', '10.0.0'],
    kafkaBrokers: ['kafka', 'kafka:0', 'kafka:99999', 'http://kafka:9092', '::1:9092', ''],
    redisUrl: ['redis', 'http://redis', 'redis://', 'redis:6379'],
    nodes: ['search:9200', 'https://', 'http://a, b'],
  };
  for (const [name, values] of Object.entries(bad))
    for (const value of values) expect(() => readPlaces({ [name]: value }), value).toThrow(/expected (addresses|host:port|an address)/);
  expect(() => readPlaces({ nodes: 'search:9200' })).toThrow(
    '--nodes: expected an address that begins with http:// or https://, or several separated by commas, got "search:9200"',
  );
});
