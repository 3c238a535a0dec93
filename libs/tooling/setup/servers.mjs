import { installPackages, onPath } from './debian.mjs';
import { say } from './say.mjs';

/** The stack of servers fetches all but these by itself: they are packages of the system. */
const packages = { 'redis-server': 'redis-server', nginx: 'nginx-light', openssl: 'openssl' };

/** Installs what is missing of these programs; says what to do where that is not possible. */
export async function ensureServers(programs = Object.keys(packages)) {
  const missing = programs.filter((program) => !onPath(program)).map((program) => packages[program]);
  if (missing.length === 0) return;
  const problem = await installPackages(missing, 'for the stack of servers');
  if (problem) say(`the stack of servers lacks something: ${problem}`);
}
