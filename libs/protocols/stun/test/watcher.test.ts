import { describe, expect, it } from 'vitest';
import { TestFlow } from '../../sdk/test-flow.ts';
import type { ProtocolModule } from '../../sdk/module.ts';
import { protocol } from '../module.ts';

const binding = '\0\x01\0\0\x21\x12\xa4\x42abcdefghijkl';
const clientHello = '\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x04\x01\0\0\0';
const rtp = '\x80\x60\0\x01\0\0\0\x01\0\0\0\x02voice';

const open = (): TestFlow => new TestFlow(protocol as ProtocolModule, { datagrams: true });

describe('stun', () => {
  it('dtls_over_the_path_that_was_found_is_handed_over', () => {
    expect(open().client(binding).server(binding).client(clientHello).handedOver).toMatchObject({ protocol: undefined, consumed: 0 });
  });

  it('media_between_the_checks_changes_nothing', () => {
    expect(open().client(binding).client(rtp).server(rtp).server('').handedOver).toBeUndefined();
  });
});
