import { Command, InvalidArgumentError, Option } from 'commander';
import type { Dataset } from '@orbweaver/contracts/http/catalog.ts';
import { maxPageSize } from '@orbweaver/contracts/http/limits.ts';
import type { SearchAnswer, SearchRequest } from '@orbweaver/contracts/http/search.ts';
import { connect, serverOptions, type ServerOptions } from '../client/connect.ts';
import { reportFailure } from '../client/report-failure.ts';
import { ask } from '../client/server.ts';
import { printer, type Format } from './search-output.ts';

const examples = `
Examples:
  orbweaver search 'http.response.status_code >= 500 and destination.ip: 10.0.0.0/8'
  orbweaver search -d dns 'dns.response_code: NXDOMAIN' --from now-1h
  orbweaver search -d flow 'flow.state: (REJ or S0)' --sort -network.bytes -n 20
  orbweaver search -d http '*' --format ndjson --all | jq .

A query is KQL: field: value, ranges (>= > < <=), wildcards (*), lists (a or b), CIDR, and, or, not; field: * asks for presence.
'orbweaver fields' lists what can be named.`;

interface SearchOptions extends ServerOptions {
  readonly dataset?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly sort?: string;
  readonly fields?: string[];
  readonly limit: number;
  readonly all?: boolean;
  readonly twins?: 'hide' | 'show';
  readonly format?: Format;
}

/** `orbweaver search`: asks a running server. */
export function searchCommand(): Command {
  return serverOptions(
    new Command('search')
      .description('ask a running server')
      .argument('<query>', "what to look for, such as 'http.response.status_code >= 500'; '*' for everything")
      .option('-d, --dataset <list>', 'datasets, comma-separated (default: all)', list)
      .option('--from <time>', 'from this time on: RFC 3339, or relative as in now-15m')
      .option('--to <time>', 'before this time')
      .option('--sort <field>', 'sort by a field; -field for descending (default: -@timestamp)')
      .option('--fields <list>', 'columns, comma-separated (default: those of the dataset)', list)
      .option('-n, --limit <count>', 'how many records', wholeNumber, 50)
      .option('--all', 'every record, page by page')
      .addOption(
        new Option('--twins <how>', 'records of conversations that another observer told of first (default: hide)').choices([
          'hide',
          'show',
        ]),
      )
      .addOption(
        new Option('--format <format>', 'how to print (default: table on a terminal, else ndjson)').choices(['table', 'ndjson', 'csv']),
      ),
  )
    .addHelpText('after', examples)
    .action(reportFailure('search', search));
}

async function search(query: string, options: SearchOptions): Promise<void> {
  const server = connect(options);
  const datasets = await ask<Dataset[]>(server, 'datasets');
  const chosen = options.dataset ?? datasets.map(({ dataset }) => dataset);
  const format = options.format ?? (process.stdout.isTTY ? 'table' : 'ndjson');
  const columns = options.fields ?? (format === 'ndjson' ? undefined : columnsOf(datasets, chosen));
  const request: SearchRequest = {
    datasets: [...chosen],
    query: query === '*' ? '' : query,
    size: maxPageSize,
    ...(options.from || options.to ? { time: { from: options.from ?? '1970-01-01T00:00:00Z', to: options.to ?? 'now' } } : {}),
    ...(options.sort ? { sort: [sortKey(options.sort)] } : {}),
    ...(columns ? { fields: [...columns] } : {}),
    ...(options.twins ? { twins: options.twins } : {}),
  };
  const out = printer(format, columns ?? [], process.stdout);
  let left = options.all ? Infinity : options.limit;
  let cursor: string | undefined;
  do {
    const size = Math.min(left, maxPageSize);
    const page = await ask<SearchAnswer>(server, 'search', { ...request, size, ...(cursor === undefined ? {} : { cursor }) });
    await out.page(page.records);
    left -= page.records.length;
    cursor = page.next_cursor;
    if (cursor === undefined || left <= 0) note(page, options);
  } while (cursor !== undefined && left > 0);
  out.end();
}

function note({ total, partial }: SearchAnswer, { all, limit }: SearchOptions): void {
  if (partial) process.stderr.write(`orbweaver search: the answer is not complete: ${partial.reason}\n`);
  if (!all && total.value > limit)
    process.stderr.write(`${limit} of ${total.relation === 'gte' ? 'at least ' : ''}${total.value} records; --all prints every one\n`);
}

/** The table's columns: the dataset's own, or what every record has. */
function columnsOf(datasets: readonly Dataset[], chosen: readonly string[]): readonly string[] {
  const [only] = chosen;
  const view = chosen.length === 1 ? datasets.find(({ dataset }) => dataset === only)?.view : undefined;
  return (
    view?.columns ?? [
      '@timestamp',
      'event.dataset',
      'source.ip',
      'destination.ip',
      'destination.port',
      'network.protocol',
      'event.duration',
    ]
  );
}

function sortKey(text: string): { field: string; order: 'asc' | 'desc' } {
  return text.startsWith('-') ? { field: text.slice(1), order: 'desc' } : { field: text, order: 'asc' };
}

function list(text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.some((item) => item === '')) throw new InvalidArgumentError('a comma-separated list is expected, such as flow,http');
  return items;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('a whole number above 0 is expected');
  return Number(text);
}
