import { processSettings, runProcess } from '../run-process.ts';

await runProcess({
  command: 'warning',
  service: 'warning',
  usage: 'warning',
  settings: processSettings,
  start: () => {
    process.emitWarning('something is old', 'DeprecationWarning');
    setTimeout(() => undefined, -1);
    return Promise.resolve({ stop: () => Promise.resolve([]) });
  },
});
