// `npx node e2e/web/view-switch.bench.ts [RUNS]`: how long the built UI takes from a click to the frame that shows the other view, with warm data. Fails nobody.
import { cpus, loadavg } from 'node:os';
import { launchBrowser } from './browser.ts';
import { signedInWithSample } from './signed-in.ts';

interface Switch {
  readonly name: string;
  /** What is clicked: the first that is matched and begins with `text`. */
  readonly selector: string;
  readonly text: string;
  /** Matched when the view is there. */
  readonly ready: string;
  /** `dataset` in the URL; null: absent. Undefined: not looked at. */
  readonly dataset?: string | null;
}

interface Sample {
  /** From the click to after the frame that shows it, by `performance.mark` and `performance.measure`. */
  readonly shown: number;
  /** Of the page's main thread, whatever else the machine does. */
  readonly processor: number;
}

const kind = '[aria-label="Kind of records"] button';
const table = '[role=grid]:not([data-stale]) [data-row="0"]';
const switches: readonly Switch[] = [
  { name: 'Explore to Captures', selector: 'nav a', text: 'Captures', ready: 'table tbody tr' },
  { name: 'Captures to Explore', selector: 'nav a', text: 'Explore', ready: table },
  { name: 'All to HTTP', selector: kind, text: 'HTTP', ready: table, dataset: 'http' },
  { name: 'HTTP to DNS', selector: kind, text: 'DNS', ready: table, dataset: 'dns' },
  { name: 'DNS to All', selector: kind, text: 'All', ready: table, dataset: null },
];
/** Rounds before it counts: data and code become warm. */
const warmUp = 3;
const runs = Number(process.argv[2] ?? 15);

const browser = await launchBrowser();
const { server, here } = await signedInWithSample(browser);
try {
  const page = await here.open();
  await page.goto(`${server.url}/explore`);
  await page.locator(table).waitFor();
  const debug = await here.context.newCDPSession(page);
  await debug.send('Performance.enable', { timeDomain: 'threadTicks' });
  const processorTime = async (): Promise<number> => {
    const { metrics } = await debug.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
  };
  const samples = new Map<string, Sample[]>();
  for (let round = -warmUp; round < runs; round++) {
    for (const view of switches) {
      const before = await processorTime();
      const shown = await page.evaluate(switchTo, view);
      const processor = (await processorTime()) - before;
      if (round >= 0) samples.set(view.name, [...(samples.get(view.name) ?? []), { shown, processor }]);
      // What comes after the frame, such as answers that are asked for anew, is no part of the next switch.
      await page.waitForLoadState('networkidle');
    }
  }
  console.log(`${String(runs)} runs each, ${String(cpus().length)} processors, load ${loadavg()[0]!.toFixed(1)}; milliseconds`);
  console.log(`${'view'.padEnd(22)}shown: least  median     p90   processor: median`);
  for (const [name, list] of samples) {
    const shown = list.map((sample) => sample.shown);
    const figures = [quantile(shown, 0), quantile(shown, 0.5), quantile(shown, 0.9)].map((value) => value.toFixed(0).padStart(8));
    const processor = quantile(list.map((sample) => sample.processor), 0.5); // prettier-ignore
    console.log(`${name.padEnd(20)}${figures.join('')}${processor.toFixed(0).padStart(20)}`);
  }
} finally {
  await browser.close();
  await server.stop();
}

/** Runs in the page. A frame callback comes right before the frame is drawn, a message sent there right after. */
async function switchTo({ selector, text, ready, dataset }: Switch): Promise<number> {
  const isThere = () =>
    document.querySelector(ready) !== null && (dataset === undefined || new URLSearchParams(location.search).get('dataset') === dataset);
  const target = [...document.querySelectorAll<HTMLElement>(selector)].find((element) => element.innerText.trim().startsWith(text));
  performance.mark('clicked');
  target!.click();
  await new Promise<void>((resolve) => {
    const look = () => (isThere() ? resolve() : requestAnimationFrame(look));
    requestAnimationFrame(look);
  });
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(0);
  });
  return performance.measure('switched', 'clicked').duration;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
