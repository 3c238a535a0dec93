// `npm run cluster`: Orbweaver as it runs in a cluster, each part a process of its own, with Kafka, Elasticsearch and Redis, on this machine until Ctrl-C. Runs on the
// machine's own Node.
import { launch } from './launch.mjs';

await launch('libs/testing/cluster/main.ts', { servers: ['redis-server', 'nginx'], needsBuild: true });
