import { afterAll, expect, test } from 'vitest';
import { ownPrefix, sharedServer } from '@orbweaver/testing/stack/shared.ts';
import { openFront } from '@orbweaver/testing/stack/stack.ts';
import { readSettings } from '../../../service/config/settings.ts';
import { sampleRecords, sampleSchemas } from '../../conformance/dataset.ts';
import { elasticsearchSettings, storeSettingsOf } from '../config.ts';
import { openElasticsearchStore } from '../open.ts';

const { address } = await sharedServer('elasticsearch');
const front = await openFront(address);
afterAll(() => front.close());

const open = (environment: Readonly<Record<string, string>>) => {
  const all = { ORBWEAVER_ELASTICSEARCH_NODES: front.address, ORBWEAVER_INDEX_PREFIX: `${ownPrefix()}orbweaver`, ...environment };
  return openElasticsearchStore(
    sampleSchemas,
    storeSettingsOf(readSettings(elasticsearchSettings, { flags: {}, environment: all, file: {} })),
  );
};
const signIn = { ORBWEAVER_ELASTICSEARCH_USERNAME: front.access.username, ORBWEAVER_ELASTICSEARCH_PASSWORD: front.access.password };
const trust = { ORBWEAVER_ELASTICSEARCH_TLS_CA: front.access.ca };

test('records_go_in_and_out_through_tls_with_a_user_name_and_a_password', async () => {
  const store = await open({ ...signIn, ...trust });
  await store.writer.append(sampleRecords);
  await store.writer.flush();
  expect(await store.reader.record('a', undefined)).toEqual(sampleRecords[0]);
  await store.close();
});

test('a_wrong_password_is_told_with_what_to_check', async () => {
  await expect(open({ ...signIn, ...trust, ORBWEAVER_ELASTICSEARCH_PASSWORD: 'wrong' })).rejects.toThrow(
    /refuses us \(status 401\): check elasticsearchUsername and elasticsearchPassword, and the role/,
  );
});

test('a_certificate_that_nobody_vouches_for_is_not_trusted', async () => {
  await expect(open(signIn)).rejects.toThrow(/does not answer: unable to (get local issuer certificate|verify the first certificate)/);
});
