import { describeStore } from '../../conformance/store-conformance.ts';
import { MemoryStore } from '../memory-store.ts';

describeStore('memory', { open: (schemas) => Promise.resolve(new MemoryStore(schemas)) });
