import type { Browser } from 'playwright-core';
import { visit, type Visit } from './browser.ts';
import { sampleCapture, type Server, startServer } from './server.ts';

/** A server that has read the sample, and someone who is signed in there. The visit's first page is closed. */
export async function signedInWithSample(browser: Browser): Promise<{ server: Server; here: Visit }> {
  const server = await startServer([sampleCapture]);
  try {
    const here = await visit(browser);
    await server.signIn(here.page);
    await here.page.goto(`${server.url}/captures`);
    await here.page.getByText('Analysed', { exact: true }).waitFor();
    await here.page.close();
    return { server, here };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
