// `npm run stack`: Kafka, Elasticsearch and Redis on this machine, until Ctrl-C. Runs on the machine's own Node.
import { launch } from './launch.mjs';

const named = process.argv.slice(2);
const servers = named.length === 0 || named.includes('redis') ? ['redis-server'] : [];
await launch('libs/testing/stack/main.ts', { servers });
