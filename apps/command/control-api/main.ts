import { runProcess, serverAddresses } from '@orbweaver/platform/service/run-process.ts';
import { settings } from './settings.ts';
import { startControlApi } from './start-control-api.ts';

await runProcess({
  command: 'control-api',
  service: 'control-api',
  usage: `control-api [options]

Signs people in and out.`,
  settings,
  otherVariables: serverAddresses,
  async start(config, log) {
    const { signInLink, stop } = await startControlApi(config, log);
    return { ...(signInLink === undefined ? {} : { greeting: `Sign in once with: ${signInLink}\n` }), stop };
  },
});
