import { ownPrefix, sharedServer } from '@orbweaver/testing/stack/shared.ts';
import { describeStore } from '../../conformance/store-conformance.ts';
import { openElasticsearchStore } from '../open.ts';

const { address } = await sharedServer('elasticsearch');

describeStore('elasticsearch', {
  open: (schemas) => openElasticsearchStore(schemas, { nodes: [address], prefix: `${ownPrefix()}orbweaver` }),
});
