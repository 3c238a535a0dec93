import { setTimeout as wait } from 'node:timers/promises';
import { processSettings, runProcess } from '../run-process.ts';

await runProcess({
  command: 'outdated',
  service: 'outdated',
  usage: 'outdated',
  settings: processSettings,
  start: () =>
    Promise.resolve({
      greeting: 'begun\n',
      outdated: Promise.resolve('the world is another one'),
      stop: async () => {
        await wait(20);
        process.stdout.write('stopped in order\n');
        return [];
      },
    }),
});
