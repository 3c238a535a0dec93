import { runProcess, serverAddresses } from '@orbweaver/platform/service/run-process.ts';
import { settings } from './settings.ts';
import { startSearchApi } from './start-search-api.ts';

await runProcess({
  command: 'search-api',
  service: 'search-api',
  usage: `search-api [options]

Answers questions about the records in Elasticsearch, to those whom the control-api has signed in. It can change nothing.`,
  settings,
  otherVariables: serverAddresses,
  start: (config, log) => startSearchApi(config, log),
});
