import 'reflect-metadata';
import { runProcess, serverAddresses } from '@orbweaver/platform/service/run-process.ts';
import { startIndexWriter } from './index-writer.ts';
import { settings } from './settings.ts';

await runProcess({
  command: 'index-writer',
  service: 'index-writer',
  usage: `index-writer [options]

Brings records from Kafka into Elasticsearch, with the templates of the indices and the deletion of old ones.`,
  settings,
  otherVariables: serverAddresses,
  async start(config, log) {
    const writer = await startIndexWriter(config, log);
    return { stop: () => writer.stop() };
  },
});
