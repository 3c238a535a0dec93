// `npm run bench:cluster [-- --help]`: speed of the cluster size, with Kafka, Elasticsearch and Redis on this machine. Runs on the machine's own Node.
import { launch } from './launch.mjs';

await launch('libs/tooling/bench/cluster.ts', { servers: ['redis-server'], needsBuild: true });
