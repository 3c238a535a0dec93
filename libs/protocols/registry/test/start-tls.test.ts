import { describe, expect, it } from 'vitest';
import { Side } from '../../sdk/analyzer.ts';
import { TestFlow } from '../../sdk/test-flow.ts';
import { protocols } from '../registry.ts';

type Turn = readonly [side: Side, text: string];
const { source, destination } = Side;
const hello = '\x16\x03\x01\0\x05hello';

/** What is said until TLS (or, for a proxy, anything) begins, and which protocol then takes over. */
const conversations: readonly [protocol: string, next: string | undefined, turns: readonly Turn[]][] = [
  [
    'ftp',
    'tls',
    [
      [destination, '220 ftp\r\n'],
      [source, 'AUTH TLS\r\n'],
      [destination, '234 go\r\n'],
    ],
  ],
  [
    'pop3',
    'tls',
    [
      [destination, '+OK hi\r\n'],
      [source, 'STLS\r\n'],
      [destination, '+OK go\r\n'],
    ],
  ],
  [
    'imap',
    'tls',
    [
      [destination, '* OK hi\r\n'],
      [source, 'a1 STARTTLS\r\n'],
      [destination, '* OK still\r\na1 OK go\r\n'],
    ],
  ],
  [
    'irc',
    'tls',
    [
      [source, 'STARTTLS\r\n'],
      [destination, ':irc.example 670 * :go\r\n'],
    ],
  ],
  [
    'xmpp',
    'tls',
    [
      [source, '<stream:stream>'],
      [destination, '<stream:stream><features/>'],
      [source, "<starttls xmlns='x'/>"],
      [destination, "<proceed xmlns='x'/>"],
    ],
  ],
  [
    'ldap',
    'tls',
    [
      [source, '\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037'],
      [destination, '\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\0\x04\0\x04\0'],
    ],
  ],
  [
    'mysql',
    'tls',
    [
      [destination, '\x4a\0\0\0\x0a8.0.36\0'],
      [source, `\x20\0\0\x01\x85\xae\xff\x19${'\0'.repeat(28)}`],
    ],
  ],
  [
    'postgresql',
    'tls',
    [
      [source, '\0\0\0\x08\x04\xd2\x16\x2f'],
      [destination, 'S'],
    ],
  ],
  [
    'rdp',
    'tls',
    [
      [source, '\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0'],
      [destination, '\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\0\x08\0\x02\0\0\0'],
    ],
  ],
  [
    'socks',
    undefined,
    [
      [source, '\x05\x01\0'],
      [destination, '\x05\0'],
      [source, '\x05\x01\0\x03\x0bexample.org\0\x50'],
      [destination, '\x05\0\0\x01\0\0\0\0\0\0'],
    ],
  ],
  [
    'socks',
    undefined,
    [
      [source, '\x05\x01\x02'],
      [destination, '\x05\x02'],
      [source, '\x01\x04anna\x06secret'],
      [destination, '\x01\0'],
      [source, `\x05\x01\0\x04${'\0'.repeat(15)}\x01\0\x50`],
      [destination, '\x05\0\0\x01\0\0\0\0\0\0'],
    ],
  ],
  [
    'socks',
    undefined,
    [
      [source, '\x04\x01\0\x50\0\0\0\x01anna\0example.org\0'],
      [destination, '\0\x5a\0\0\0\0\0\0'],
    ],
  ],
];

function open(name: string): TestFlow {
  return new TestFlow(protocols.find((protocol) => protocol.name === name) as ConstructorParameters<typeof TestFlow>[0]);
}

describe('turning to TLS', () => {
  it.each(conversations)('%s_hands_over_behind_the_last_byte_of_its_own_to_%s', (name, next, turns) => {
    const flow = open(name);
    for (const [side, text] of turns) {
      expect(flow.handedOver).toBeUndefined();
      flow.send(side, text);
    }
    expect(flow.handedOver).toMatchObject({ protocol: next, consumed: turns.at(-1)![1].length });
  });

  it.each(conversations)('%s_hands_over_byte_by_byte_as_well', (name, next, turns) => {
    const flow = open(name);
    for (const [side, text] of turns) for (const byte of text) flow.send(side, byte);
    expect(flow.handedOver).toMatchObject({ protocol: next, consumed: 1 });
  });

  it.each(conversations)('%s_stays_in_the_clear_without_its_last_turn', (name, _, turns) => {
    const flow = open(name);
    for (const [side, text] of turns.slice(0, -1)) flow.send(side, text);
    flow.send(source, hello);
    expect(flow.handedOver).toBeUndefined();
  });

  it('a_refusal_is_heard', () => {
    const flow = open('ftp').client('AUTH TLS\r\n').server('534 not now\r\n').server('234 something else\r\n');
    expect(flow.handedOver).toBeUndefined();
  });

  it.each([
    ['ftp', '220 ftp\r\n'],
    ['pop3', '+OK hi\r\n'],
    ['imap', '* OK hi\r\n'],
    ['smtp', '220 mx\r\n'],
    ['ssh', 'SSH-2.0-x\r\n'],
  ])('a_client_of_%s_that_begins_tls_unasked_is_one_of_tls', (name, greeting) => {
    const flow = open(name).server(greeting).client(hello[0]!);
    expect(flow.handedOver).toEqual({ protocol: 'tls', consumed: 0 });
    expect(flow.facts).toEqual({ side: destination });
    expect(open(name).client(hello).facts).toBeUndefined();
    expect(open(name).server(greeting).client('NOOP\r\n').client(hello).handedOver).toBeUndefined();
  });

  it('a_hole_ends_the_watch', () => {
    expect(open('ftp').client('AUTH TLS\r\n').gap(destination, 10).isDone).toBe(true);
  });
});
