// Everything that the built commands need, once: dependencies and build. Runs on the machine's own Node.
import { ensureBuilt } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';

await ensureDependencies();
await ensureBuilt();
