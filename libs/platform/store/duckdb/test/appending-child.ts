import { sample, sampleSchemas } from '../../conformance/dataset.ts';
import { openDuckDbStore } from '../open.ts';

/** Appends batches until it is killed; prints the number of each batch once it was acknowledged. */
const store = await openDuckDbStore(sampleSchemas, { folder: process.argv[2]!, threads: 1 });
for (let batch = 0; ; batch++) {
  const records = Array.from({ length: 20 }, (_, index) => sample('web', `${batch}-${index}`, batch % 60, { 'web.status': batch }));
  await store.writer.append(records);
  process.stdout.write(`${batch}\n`);
}
