import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { sampleSchemas } from '../../conformance/dataset.ts';
import { openElasticsearchReader } from '../open.ts';

const pages: readonly (readonly [status: number, body: string])[] = [
  [200, '<html>hello</html>'],
  [200, '{}'],
  [404, '<html>there is nothing</html>'],
  [404, '{"error":"there is nothing"}'],
];

test.each(pages)('a_server_that_is_no_elasticsearch_is_said_to_be_none (%i %s)', async (status, body) => {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': body.startsWith('{') ? 'application/json' : 'text/html' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const node = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { reader, check, close } = openElasticsearchReader(sampleSchemas, { nodes: [node] });
  onTestFinished(async () => {
    await close();
    server.closeAllConnections();
    server.close();
  });
  const refusal = {
    name: 'StoreUnavailable',
    message: `Elasticsearch at ${node} is none, by its answers: check the address and what stands before it`,
  };
  await expect(check()).rejects.toMatchObject(refusal);
  await expect(reader.extent(['web'])).rejects.toMatchObject(refusal);
});

test('a_password_in_the_address_is_not_told_with_what_goes_wrong_there', async () => {
  const { check, close } = openElasticsearchReader(sampleSchemas, { nodes: ['http://me:hunter2@127.0.0.1:1'] });
  onTestFinished(close);
  const problem = await check().then(
    () => '',
    (error: Error) => error.message,
  );
  expect(problem).toMatch(/^Elasticsearch at http:\/\/\*\*\*@127\.0\.0\.1:1 does not answer/);
  expect(problem).not.toContain('hunter2');
});
