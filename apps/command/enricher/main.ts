import { runProcess, serverAddresses } from '@orbweaver/platform/service/run-process.ts';
import { settings } from './settings.ts';
import { startEnricher } from './start-enricher.ts';

await runProcess({
  command: 'enricher',
  service: 'enricher',
  usage: `enricher [options]

Reads records from Kafka, adds names, classes of addresses and makers of interfaces, and writes them back. Any number of enrichers share the partitions.`,
  settings,
  otherVariables: serverAddresses,
  start: (config, log, _operands, ended) => startEnricher(config, log, ended),
});
