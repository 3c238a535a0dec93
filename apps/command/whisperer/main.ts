import { runProcess, serverAddresses } from '@orbweaver/platform/service/run-process.ts';
import { settings } from './settings.ts';
import { startWhisperer } from './start-whisperer.ts';

await runProcess({
  command: 'whisperer',
  service: 'whisperer',
  usage: `whisperer [options] --interface NAME | FILE...

Captures packets and sends them to Kafka, to be dissected: live from an interface until it is stopped, or capture files (pcap or pcapng, plain, gzip or zstd), after which it
ends. Status 0; 1 if a file could not be read to its end.`,
  settings,
  otherVariables: serverAddresses,
  async start(config, log, files, ended) {
    const started = await startWhisperer(config, log, files, ended, (problems) => {
      process.exitCode = problems.length === 0 ? 0 : 1;
      void started.stop().then(() => process.exit());
    });
    return started;
  },
});
