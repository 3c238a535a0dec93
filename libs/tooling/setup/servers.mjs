import { installPackages, onPath } from './debian.mjs';
import { say } from './say.mjs';

/** The stack of servers fetches all but Redis by itself: that is a package of the system. */
export async function ensureRedis() {
  if (onPath('redis-server')) return;
  const problem = await installPackages(['redis-server'], 'for the stack of servers');
  if (problem) say(`Redis is needed: ${problem}`);
}
