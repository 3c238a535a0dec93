import { describe, expect, it } from 'vitest';
import { Verdict, type PortHint } from '../../sdk/module.ts';
import { protocols } from '../registry.ts';

const { client, server, either } = Verdict;
const nodeId = 'abcdefghij0123456789';
const cookie = `\x01\x01\x06\0\x12\x34\x56\x78${'\0'.repeat(228)}\x63\x82\x53\x63`;
const smb2 = (flags: number): string =>
  `\0\0\0\x40\xfeSMB\x40\0\0\0\0\0\0\0\0\0\x01\0${String.fromCharCode(flags)}\0\0\0${'\0'.repeat(44)}`;
const smb1 = (flags: number): string => `\0\0\0\x23\xffSMB\x72\0\0\0\0${String.fromCharCode(flags)}\x01\x28${'\0'.repeat(21)}`;
const netbiosName = ` ${'CKFDENECFDEFFCFGEFFCCACACACACACA'}\0`;
const dnsQuery = '\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x07example\x03com\0\0\x01\0\x01';

/** What a side says first, and what that is. The port is the receiver's for a client and the sender's for a server. */
const streams: readonly [protocol: string, opening: string, verdict: Verdict, port?: number][] = [
  ['ssh', 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n', either],
  ['smtp', 'EHLO client.example\r\n', client],
  ['smtp', '220 mail.example ESMTP Postfix\r\n', server],
  ['smtp', '220 ready\r\n', server, 25],
  ['ftp', 'USER anonymous\r\n', client],
  ['ftp', '220 ProFTPD Server (Debian)\r\n', server],
  ['ftp', 'RETR file.txt\r\n', client, 21],
  ['pop3', '+OK Dovecot ready.\r\n', server],
  ['pop3', 'CAPA\r\n', client, 110],
  ['imap', '* OK [CAPABILITY IMAP4rev1] ready\r\n', server],
  ['imap', 'a001 LOGIN anna secret\r\n', client],
  ['irc', 'NICK anna\r\nUSER anna 0 * :Anna\r\n', client],
  ['irc', ':irc.example NOTICE * :*** Looking up your hostname\r\n', server],
  ['xmpp', "<?xml version='1.0'?><stream:stream to='example.org' version='1.0'>", either],
  ['ldap', '\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80\0', client],
  ['ldap', '\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\0\x04\0\x04\0', server],
  ['mysql', '\x4a\0\0\0\x0a8.0.36\0\x08\0\0\0abcdefgh\0', server],
  ['postgresql', '\0\0\0\x08\x04\xd2\x16\x2f', client],
  ['postgresql', '\0\0\0\x14\0\x03\0\0user\0postgres\0\0', client],
  ['postgresql', 'R\0\0\0\x0c\0\0\0\x05abcd', server],
  ['redis', '*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n', client],
  ['redis', '-ERR unknown command\r\n', server, 6379],
  ['mqtt', '\x10\x10\0\x04MQTT\x04\x02\0\x3c\0\x04anna', client],
  ['bittorrent', '\x13BitTorrent protocol\0\0\0\0\0\0\0\0', either],
  ['bittorrent', 'BSYNC\0\0\0\0\x2bd5:nonce16:0123456789abcdef', either],
  ['stun', '\0\x03\0\x08\x21\x12\xa4\x42abcdefghijkl\0\x19\0\x04\x11\0\0\0', either],
  ['http2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', client],
  ['http2', '\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64', server],
  ['mongodb', '\x3a\0\0\0\x01\0\0\0\0\0\0\0\xdd\x07\0\0\0\0\0\0', client],
  ['kafka', '\0\0\0\x17\0\x12\0\x03\0\0\0\x01\0\x08producer\0abcd', client],
  ['modbus', '\0\x01\0\0\0\x06\x01\x03\0\0\0\x02', client, 502],
  ['sip', 'REGISTER sip:example.org SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.1\r\n', client],
  ['sip', 'SIP/2.0 200 OK\r\n', server],
  ['rdp', '\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0', client],
  ['vnc', 'RFB 003.008\n', either],
  ['rtsp', 'OPTIONS rtsp://camera.example/1 RTSP/1.0\r\nCSeq: 1\r\n', client],
  ['rtsp', 'DESCRIBE rtsp://camera.example/1 RTSP/1.0\r\n', client],
  ['rtsp', 'RTSP/1.0 200 OK\r\nCSeq: 1\r\n', server],
  ['amqp', 'AMQP\0\0\x09\x01', client],
  ['amqp', 'AMQP\x03\x01\0\0', either],
  ['amqp', '\x01\0\0\0\0\x01\xf0\0\x0a\0\x0a\0\x09\0\0\x01\xcb', server],
  ['smb', smb2(0), client],
  ['smb', smb2(1), server],
  ['smb', smb1(0x18), client],
  ['smb', smb1(0x98), server],
  ['smb', `\0\0\0\x90\xfdSMB${'s'.repeat(140)}`, either],
  ['smb', `\x81\0\0\x44${netbiosName}${netbiosName}`, client, 139],
  ['socks', '\x05\x02\0\x02', client],
  ['socks', '\x04\x01\0\x50\xc0\0\x02\x01anna\0', client],
  ['http', 'GET / HTTP/1.1\r\nHost: example.org\r\n\r\n', client],
  ['http', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', server],
  ['dns', `\0\x1d${dnsQuery}`, client],
];

const datagrams: readonly [protocol: string, opening: string, verdict: Verdict, port?: number][] = [
  ['dns', dnsQuery, client],
  ['ntp', `\x23${'\0'.repeat(47)}`, client, 123],
  ['ntp', `\x24\x01${'\0'.repeat(46)}`, server, 123],
  ['snmp', '\x30\x1a\x02\x01\0\x04\x06public\xa0\x0d\x02\x01\x01\x02\x01\0\x02\x01\0\x30\x02\x05\0', client],
  ['radius', `\x01\x2a\0\x20${'r'.repeat(16)}\x01\x06anna\x04\x06\xc0\0\x02\x01`, client],
  ['radius', `\x01\x2a\0\x20${'r'.repeat(16)}\x01\x06anna\x04\x60\xc0\0\x02\x01`, client, 1812],
  ['dhcp', cookie, client, 67],
  ['tftp', '\0\x01pxelinux.0\0octet\0', client],
  ['stun', '\0\x01\0\0\x21\x12\xa4\x42abcdefghijkl', either],
  ['syslog', '<34>1 2026-01-01T00:00:00Z host app - - - hello', client],
  ['syslog', '<13>Jan  1 00:00:00 host app: hello', client],
  ['sip', 'OPTIONS sip:example.org SIP/2.0\r\n\r\n', client],
  ['ssdp', 'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\n\r\n', either, 1900],
  ['ssdp', 'HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\n\r\n', either],
  ['bittorrent', `d1:ad2:id20:${nodeId}e1:q4:ping1:t2:aa1:y1:qe`, either],
  ['ldap', '\x30\x0c\x02\x01\x01\x63\x07\x04\0\x0a\x01\0\x0a\x01', client],
];

function verdictsOf(kind: 'stream' | 'datagram', bytes: Uint8Array, ports: PortHint): Record<string, Verdict> {
  const found = protocols.flatMap(({ name, [kind]: detector }) => {
    const verdict = detector?.detect(bytes, 0, bytes.length, ports) ?? Verdict.no;
    return verdict === Verdict.no || verdict === Verdict.needMore ? [] : [[name, verdict] as const];
  });
  return Object.fromEntries(found);
}

function hintFor(verdict: Verdict, port = 4444): PortHint {
  return verdict === server ? { senderPort: port, receiverPort: 40_000 } : { senderPort: 40_000, receiverPort: port };
}

describe('recognition', () => {
  it.each(streams)('a_stream_of_%s_is_that_and_nothing_else: %j', (protocol, opening, verdict, port) => {
    expect(verdictsOf('stream', Buffer.from(opening, 'latin1'), hintFor(verdict, port))).toEqual({ [protocol]: verdict });
  });

  it.each(datagrams)('a_datagram_of_%s_is_that_and_nothing_else: %j', (protocol, opening, verdict, port) => {
    expect(verdictsOf('datagram', Buffer.from(opening, 'latin1'), hintFor(verdict, port))).toEqual({ [protocol]: verdict });
  });

  it.each(streams)('a_stream_of_%s_cut_anywhere_is_no_other_protocol: %j', (protocol, opening, verdict, port) => {
    const bytes = Buffer.from(opening, 'latin1');
    for (let end = 1; end < bytes.length; end++) {
      const others = Object.keys(verdictsOf('stream', bytes.subarray(0, end), hintFor(verdict, port))).filter((name) => name !== protocol);
      expect(others, `cut at ${end}`).toEqual([]);
    }
  });

  it('nothing_begins_with_an_octet_that_is_said_to_begin_nothing', () => {
    const wrong = new Set<string>();
    for (const { name, stream } of protocols) {
      if (stream?.mayBegin === undefined) continue;
      for (const [, opening, verdict, port] of streams) {
        const bytes = Buffer.from(opening, 'latin1');
        for (let octet = 0; octet < 256; octet++) {
          bytes[0] = octet;
          if (stream.mayBegin(octet)) continue;
          for (const end of [1, 3, bytes.length])
            if (stream.detect(bytes, 0, end, hintFor(verdict, port)) !== Verdict.no) wrong.add(`${name}: ${octet}`);
        }
      }
    }
    expect([...wrong]).toEqual([]);
  });

  it('noise_is_nothing', () => {
    let seed = 7;
    const random = (): number => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) >>> 16;
    const wrong: Record<string, number> = {};
    const rounds = 20_000;
    for (let i = 0; i < rounds; i++) {
      const bytes = Uint8Array.from({ length: 1 + (random() % 120) }, () => random());
      const found = { ...verdictsOf('stream', bytes, hintFor(client)), ...verdictsOf('datagram', bytes, hintFor(client)) };
      for (const name of Object.keys(found)) wrong[name] = (wrong[name] ?? 0) + 1;
    }
    expect(wrong).toEqual({});
  });
});
