import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const repository = join(import.meta.dirname, '../..');
const orbweaver = join(repository, 'apps/cli/bin/orbweaver');
const sample = join(repository, 'libs/testing/captures/sample/shop.pcapng.gz');
/** For one command, in milliseconds: a busy machine is slow to start processes. */
const deadline = 60_000;

interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

function run(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(orbweaver, args, { cwd: repository, timeout: deadline, maxBuffer: 64 << 20 }, (failure, out, error) => {
      resolve({ status: failure === null ? 0 : Number(failure.code ?? -1), out, error });
    });
  });
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

describe('the orbweaver command', { timeout: deadline }, () => {
  it('help_names_every_command_and_is_no_failure', async () => {
    const { status, out } = await run('--help');
    expect(status).toBe(0);
    for (const command of ['analyze', 'start', 'import', 'search', 'fields']) expect(out).toContain(`  ${command} `);
  });

  it.each([
    [['analyse'], 'Did you mean analyze?'],
    [['analyze'], "missing required argument 'files'"],
    [['analyze', '--records', 'htp', sample], 'there is no dataset "htp"'],
    [['search', '-n', 'many', '*'], 'a whole number above 0 is expected'],
    [['fields', 'htp'], 'expected one of flow'],
    [['start', '--prot', '1'], '--prot'],
  ])('%j_is_bad_usage_and_says_why', async (args, reason) => {
    const { status, error } = await run(...args);
    expect(error).toContain(reason);
    expect(status).toBe(2);
  });

  it('analyze_prints_records_on_standard_output_and_the_sum_on_standard_error', async () => {
    const { status, out, error } = await run('analyze', '--summary', 'json', sample);
    expect(status).toBe(0);
    const records = lines(out).map((line) => JSON.parse(line) as Record<string, unknown>);
    const { summary } = JSON.parse(lines(error).at(-1)!) as { summary: Record<string, number> };
    const counted = records
      .filter((record) => record['event.dataset'] === 'flow')
      .reduce((sum, flow) => sum + Number(flow['network.packets']), 0);
    expect(summary['packets']).toBe(counted + summary['not_ip']!);
    expect(records.some((record) => record['http.response.status_code'] === 503)).toBe(true);
  });

  it('a_file_that_is_no_capture_is_named_with_what_was_expected', async () => {
    const { status, error } = await run('analyze', '--summary', 'none', join(repository, 'LICENSE'));
    expect(error).toMatch(/LICENSE: not a capture: expected pcap or pcapng magic/);
    expect(status).toBe(1);
  });

  it('without_a_server_search_says_how_to_get_one', async () => {
    const { status, error } = await run('search', '--data', '/nonexistent', '*');
    expect(error).toContain('orbweaver start');
    expect(status).toBe(1);
  });
});

describe('the command and a running server', { timeout: deadline }, () => {
  let data = '';
  let server: ChildProcess;

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'orbweaver-cli-'));
    server = spawn(orbweaver, ['start', '--data', data, '--port', '0', '--no-sample', '--log-level', 'warn'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    for await (const chunk of server.stdout!) {
      printed += String(chunk);
      if (printed.includes('#token=')) break;
    }
    expect(printed).toContain('#token=');
  }, deadline);

  afterAll(async () => {
    const ended = once(server, 'exit');
    if (server.exitCode === null && server.kill('SIGTERM')) await ended;
    rmSync(data, { recursive: true, force: true });
  });

  it('import_brings_a_capture_in_and_search_finds_it', async () => {
    const imported = await run('import', '--data', data, sample);
    expect(imported.out).toMatch(/shop\.pcapng\.gz: \d+ packets, .*\d+ http/);
    expect(imported.status).toBe(0);
    const found = await run('search', '--data', data, '-d', 'http', 'http.response.status_code: 503', '--all');
    const records = lines(found.out).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.length).toBeGreaterThan(10);
    expect(new Set(records.map((record) => record['http.response.status_code']))).toEqual(new Set([503]));
    expect(found.out).not.toMatch(/"authorization":"(Basic|Bearer) [^*]/);
  });

  it('a_table_and_csv_have_the_columns_that_were_asked_for', async () => {
    const fields = 'source.ip,http.response.status_code';
    const table = await run(
      'search',
      '--data',
      data,
      '-d',
      'http',
      'http.response.status_code >= 500',
      '--format',
      'table',
      '--fields',
      fields,
      '-n',
      '2',
    );
    expect(lines(table.out)[0]).toMatch(/^source\.ip +http\.response\.status_code$/);
    expect(lines(table.out)).toHaveLength(3);
    const csv = await run(
      'search',
      '--data',
      data,
      '-d',
      'http',
      'http.response.status_code >= 500',
      '--format',
      'csv',
      '--fields',
      fields,
      '-n',
      '2',
    );
    expect(csv.out.split('\r\n')[0]).toBe('"source.ip","http.response.status_code"');
  });

  it('a_query_with_a_fault_is_marked_where_it_is', async () => {
    const { status, error } = await run('search', '--data', data, 'http.response.status_code >= ');
    expect(error).toMatch(/at character \d+: /);
    expect(status).toBe(1);
  });

  it('a_file_that_is_no_capture_is_refused_by_the_server_in_its_words', async () => {
    const file = join(data, 'notes.txt');
    writeFileSync(file, 'no packets here\n');
    const { status, error } = await run('import', '--data', data, file);
    expect(error).toMatch(/notes\.txt: .*capture/);
    expect(status).toBe(1);
  });
});
