import { runProcess, serverAddresses } from '@orbweaver/platform/service/run-process.ts';
import { settings } from './settings.ts';
import { startDissector } from './start-dissector.ts';

await runProcess({
  command: 'dissector',
  service: 'dissector',
  usage: `dissector [options]

Reads frames from Kafka, rebuilds the conversations, and writes records of them back. Any number of dissectors share the partitions.`,
  settings,
  otherVariables: serverAddresses,
  start: (config, log) => startDissector(config, log),
});
