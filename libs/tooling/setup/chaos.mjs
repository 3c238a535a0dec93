// `npm run chaos [-- --help]`: captures go through the cluster size while its services are killed and its servers taken away. Runs on the machine's own Node.
import { launch } from './launch.mjs';

await launch('e2e/chaos/main.ts', { servers: ['redis-server'], needsBuild: true });
