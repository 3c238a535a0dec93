import { Health } from '../health.ts';
import { processSettings, runProcess } from '../run-process.ts';
import { untilDone } from '../until-done.ts';

await runProcess({
  command: 'waiting',
  service: 'waiting',
  usage: 'waiting',
  settings: processSettings,
  start: (_config, log, _operands, ended) =>
    untilDone('a friend', () => Promise.reject(new Error('is away')), { health: new Health(), log, ended }),
});
