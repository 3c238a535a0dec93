import { Command } from 'commander';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Capture } from '@orbweaver/contracts/http/captures.ts';
import { connect, serverOptions, type ServerOptions } from '../client/connect.ts';
import { ask, call, ClientError, type Server } from '../client/server.ts';
import { reportFailure } from '../client/report-failure.ts';
import { StatusLine } from '../status-line.ts';
import { ExitCode } from '../exit-code.ts';

/** How often the server is asked how far it is, in milliseconds. */
const pollInterval = 250;

/** `orbweaver import`: brings captures into a running server and waits until they can be searched. */
export function importCommand(): Command {
  return serverOptions(
    new Command('import')
      .description('bring captures into a running server')
      .argument('<files...>', 'pcap or pcapng, plain or compressed with gzip or zstd')
      .option('--no-wait', 'return once the files are uploaded, before they are analysed'),
  ).action(reportFailure('import', importFiles));
}

async function importFiles(files: string[], options: ServerOptions & { wait: boolean }): Promise<void> {
  const server = connect(options);
  const line = new StatusLine(process.stderr);
  for (const file of files) {
    try {
      const uploaded = await upload(server, file);
      const capture = options.wait ? await untilDone(server, uploaded, line) : uploaded;
      line.clear();
      process.stdout.write(`${file}: ${describe(capture)}\n`);
      if (capture.state === 'failed') process.exitCode = ExitCode.failed;
    } catch (error) {
      line.clear();
      if (!(error instanceof ClientError)) throw error;
      process.stderr.write(`orbweaver import: ${file}: ${error.message}\n`);
      process.exitCode = ExitCode.failed;
    }
  }
}

async function upload(server: Server, file: string): Promise<Capture> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new ClientError(error.code === 'ENOENT' ? 'there is no such file' : error.message);
  });
  const body = handle.readableWebStream({ autoClose: true }) as ReadableStream;
  const headers = { 'content-type': 'application/octet-stream' };
  const response = await call(server, `captures?name=${encodeURIComponent(basename(file))}`, {
    method: 'POST',
    body,
    headers,
    duplex: 'half',
  });
  return (await response.json()) as Capture;
}

async function untilDone(server: Server, capture: Capture, line: StatusLine): Promise<Capture> {
  let now = capture;
  while (now.state === 'queued' || now.state === 'analysing') {
    line.show(`${now.name}: ${now.state}, ${Math.round(now.progress * 100)} %`);
    await delay(pollInterval);
    now = await ask<Capture>(server, `captures/${capture.id}`);
  }
  return now;
}

function describe(capture: Capture): string {
  if (capture.state === 'failed') return `failed: ${capture.message ?? 'no reason given'}`;
  if (capture.state !== 'done') return capture.state;
  const records = Object.entries(capture.records).map(([dataset, n]) => `${n} ${dataset}`);
  return `${capture.packets} packets, ${records.join(', ') || 'no records'}${capture.message ? ` (${capture.message})` : ''}`;
}
