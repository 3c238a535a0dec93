import { setImmediate } from 'node:timers/promises';
import { processSettings, runProcess } from '../run-process.ts';

const buffers = 2048;
const bufferLength = 1 << 20;
/** What passes a service beside its buffers. */
const objectsEach = 200;

/** Lets two gigabytes pass in short-lived buffers. */
await runProcess({
  command: 'buffers',
  service: 'buffers',
  usage: 'buffers',
  settings: processSettings,
  async start() {
    let sum = 0;
    for (let i = 0; i < buffers; i++) {
      const bytes = Buffer.alloc(bufferLength, i);
      sum += Array.from({ length: objectsEach }, (_, at) => ({ byte: bytes[at]! })).reduce((all, { byte }) => all + byte, 0);
      await setImmediate();
    }
    return { greeting: `${sum}\n`, stop: () => Promise.resolve([]) };
  },
});
