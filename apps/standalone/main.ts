import { runProcess } from '@orbweaver/platform/service/run-process.ts';
import { banner } from './banner.ts';
import { placesFrom } from './places.ts';
import { settings } from './settings.ts';
import { startStandalone } from './start/start-standalone.ts';

await runProcess({
  command: 'orbweaver start',
  service: 'orbweaver-standalone',
  usage: `orbweaver start [options] [FILE...]

Starts the server: capture, store, search and pages in one process. FILEs (pcap or pcapng, plain, gzip or zstd) are imported.`,
  settings,
  otherVariables: ['ORBWEAVER_SERVER', 'ORBWEAVER_TOKEN', 'ORBWEAVER_URL'],
  async start(config, log, files) {
    const server = await startStandalone(config, placesFrom(import.meta.url), log, files);
    return { greeting: banner(server, process.stdout.isTTY), stop: () => server.stop() };
  },
});
