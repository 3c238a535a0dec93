/**
 * `npm run stack [-- kafka elasticsearch redis]`: starts the servers (all, if none is named), prints the environment that leads Orbweaver's services to them
 * (`eval` takes it), and ends them with Ctrl-C.
 */
import { readCommandLine, refuse } from '../processes/command-line.ts';
import { openStack, services, variables, type Service } from './stack.ts';

const command = 'npm run stack';
const { positionals: named } = readCommandLine({
  command,
  usage: `[-- SERVER...]

Starts ${services.join(', ')} (all, if none is named) on this machine, prints the environment that leads Orbweaver's services to them, and ends them with Ctrl-C.`,
  options: {},
  hasOperands: true,
});
const unknown = named.filter((name) => !services.some((service) => service === name));
if (unknown.length > 0) refuse(command, `there is no ${unknown.join(', ')}; expected some of ${services.join(', ')}`);
const wanted = named.length > 0 ? (named as Service[]) : services;

const stack = await openStack();
const stop = async () => {
  await stack.close();
  process.exit(0);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop());

try {
  console.error(`orbweaver: starting ${wanted.join(', ')}; the first time they are downloaded`);
  const started = await Promise.all(wanted.map(async (service) => [service, await stack.server(service)] as const));
  for (const [service, { address }] of started) console.log(`export ${variables[service]}=${address}`);
  console.error(`orbweaver: ready; data and logs are in ${stack.folder} until Ctrl-C ends the servers`);
  setInterval(() => undefined, 2 ** 30);
} catch (error) {
  console.error(`orbweaver: ${(error as Error).message}`);
  await stack.close();
  process.exit(1);
}
