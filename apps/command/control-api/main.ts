import { runProcess, serverAddresses } from '@orbweaver/platform/service/run-process.ts';
import { settings } from './settings.ts';
import { startControlApi } from './start-control-api.ts';

await runProcess({
  command: 'control-api',
  service: 'control-api',
  usage: `control-api [options] [FILE...]

Signs people in and out, and takes captures from them, which the pipeline analyses. FILEs (pcap or pcapng, plain, gzip or zstd) are brought in as well.`,
  settings,
  otherVariables: serverAddresses,
  async start(config, log, files) {
    const { signInLink, stop } = await startControlApi(config, log, files);
    return { ...(signInLink === undefined ? {} : { greeting: `Sign in once with: ${signInLink}\n` }), stop };
  },
});
