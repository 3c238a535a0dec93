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
const kerberos = (tag: number, first: number): string =>
  String.fromCharCode(tag, 0x81, 0x83, 0x30, 0x81, 0x80, first, 3, 2, 1, 5, first + 1, 3, 2, 1, tag & 0x1f) + '\xa3'.padEnd(118, 'k');
const bgpOpen = `${'\xff'.repeat(16)}\0\x1d\x01\x04\xfd\xe9\0\xb4\xc0\0\x02\x01\0`;
const rpcBind = (minor: number, representation: string, length = '\0\x48', flags = 3): string =>
  `\x05${String.fromCharCode(minor)}\x0b${String.fromCharCode(flags)}${representation}${length}\0\0\0\0\0\x01${'b'.repeat(56)}`;
const nfsCall = (rpc: number, version: number): string =>
  `\x11\x22\x33\x44\0\0\0\0\0\0\0${String.fromCharCode(rpc)}\0\x01\x86\xa3\0\0\0${String.fromCharCode(version)}\0\0\0\0${'\0'.repeat(16)}`;
const diameter = (flags: number, command: number, avpLength: number): string =>
  `\x01\0\0\x28${String.fromCharCode(flags)}\0\x01${String.fromCharCode(command)}\0\0\0\0\x11\x22\x33\x44\x55\x66\x77\x88\0\0\x01\x08\x40\0\0${String.fromCharCode(avpLength)}host.example`;
const ike = (version: number, exchange: number, flags: number, length = 32): string =>
  `initiate\0\0\0\0\0\0\0\0\x21${String.fromCharCode(version, exchange, flags)}\0\0\0\0\0\0\0${String.fromCharCode(length)}\0\0\0\x04`;
const tns = (type: number, version: number, offset: number, text = '(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=shop)))'): string =>
  `\0\x4c\0\0${String.fromCharCode(type)}\0\0\0\x01${String.fromCharCode(version)}\x01\x2c${'\0'.repeat(12)}\0\x30\0${String.fromCharCode(offset)}${text}`;
const enip = (command: number, options: number): string =>
  `${String.fromCharCode(command)}\0\x04\0${'\0'.repeat(16)}${String.fromCharCode(options)}\0\0\0\x01\0\0\0`;
const isoConnect = '\x03\0\0\x0b\x06\xe0\0\0\0\x01\0';
const s7 = (kind: number): string => `\x03\0\0\x19\x02\xf0\x80\x32${String.fromCharCode(kind)}${'\0'.repeat(16)}`;
const netbiosDatagram = (flags: number): string =>
  `\x11${String.fromCharCode(flags)}\x12\x34\xc0\0\x02\x01\0\x8a\0\x52\0\0${netbiosName}${netbiosName}message`;
const sflow = (samples: number): string =>
  `\0\0\0\x05\0\0\0\x01\xc0\0\x02\x01\0\0\0\0\0\0\0\x07\0\0\x10\0\0\0\0${String.fromCharCode(samples)}\0\0\0\x01\0\0\0\x04abcd`;
const dnsQuery = '\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x07example\x03com\0\0\x01\0\x01';

/** What a side says first, and what that is. The port is the receiver's for a client and the sender's for a server. */
const streams: readonly [protocol: string, opening: string, verdict: Verdict, port?: number][] = [
  ['ssh', 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n', either],
  ['smtp', 'EHLO client.example\r\n', client],
  ['smtp', '220 mail.example ESMTP Postfix\r\n', server],
  ['smtp', '220 ready\r\n', server, 25],
  ['smtp', '554 no service here\r\n', server, 25],
  ['smtp', '421 mail.example ESMTP too busy, try later\r\n', server],
  ['ftp', 'USER anonymous\r\n', client],
  ['ftp', '220 ProFTPD Server (Debian)\r\n', server],
  ['ftp', '421 Too many users, sorry.\r\n', server, 21],
  ['ftp', 'RETR file.txt\r\n', client, 21],
  ['pop3', '+OK Dovecot ready.\r\n', server],
  ['pop3', 'CAPA\r\n', client, 110],
  ['imap', '* OK [CAPABILITY IMAP4rev1] ready\r\n', server],
  ['imap', 'a001 LOGIN anna secret\r\n', client],
  ['irc', 'NICK anna\r\nUSER anna 0 * :Anna\r\n', client],
  ['irc', 'PASS secret\r\nCAP LS 302\r\n', client],
  ['irc', 'PASS secret TS 6 :0AB\r\nCAPAB :QS EX\r\nSERVER a.example 1 :a\r\n', client],
  ['irc', ':irc.example NOTICE * :*** Looking up your hostname\r\n', server],
  ['irc', ':irc.example 670 anna :STARTTLS successful\r\n', server],
  ['xmpp', "<?xml version='1.0'?><stream:stream to='example.org' version='1.0'>", either],
  ['ldap', '\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80\0', client],
  ['ldap', '\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\0\x04\0\x04\0', server],
  ['mysql', '\x4a\0\0\0\x0a8.0.36\0\x08\0\0\0abcdefgh\0', server],
  // The number of the connection is that of an operation of MongoDB.
  ['mysql', `\x3e\0\0\0\x0a8.0.36\0\xd5\x07\0\0${'s'.repeat(45)}ord\0`, server],
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
  ['mongodb', '\x3a\0\0\0\x01\0\0\0\0\0\0\0\xdc\x07\0\0\xdd\x07\0\0', client],
  ['mongodb', '\x3a\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\0\0\x08\0\0\0', server],
  ['mysql', '\x4a\0\0\0\x0a8.0.36\0\x01\0\0\0scramble\0\xff\xff', server],
  ['mysql', '\x4a\0\0\0\x0a8.0.36\0\xd3\x07\0\0scramble\0\xff\xff', server],
  ['mysql', '\x4a\0\0\0\x0a8.0.36\0\xda\x07\0\0scramble\0\xff\xff', server],
  ['mysql', '\x4a\0\0\0\x0a8.0.36\0\xdb\x07\0\0scramble\0\xff\xff', server],
  ['mysql', '\x4a\0\0\0\x0a8.0.36\0\xdd\x07\0\0scramble\0\xff\xff', server],
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
  ['proxy', 'PROXY TCP6 2001:db8::1 2001:db8::2 49152 443\r\n', client],
  ['proxy', 'PROXY UNKNOWN\r\n', client],
  ['proxy', '\r\n\r\n\0\r\nQUIT\n\x20\0\0\0', client],
  ['socks', '\x05\x02\0\x02', client],
  ['socks', '\x04\x01\0\x50\xc0\0\x02\x01anna\0', client],
  ['http', 'GET / HTTP/1.1\r\nHost: example.org\r\n\r\n', client],
  ['http', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', server],
  ['dns', `\0\x1d${dnsQuery}`, client],
  ['bgp', bgpOpen, either],
  ['dcerpc', rpcBind(0, '\x10\0\0\0', '\x48\0'), client],
  ['dcerpc', rpcBind(0, '\0\0\0\0').replace('\x0b', '\x0c'), server],
  ['dnp3', '\x05\x64\x05\xc9\x07\0\x09\0\x86\x5e', client],
  ['dnp3', '\x05\x64\x05\x0b\x09\0\x07\0\x52\xeb', server],
  ['kerberos', `\0\0\0\x86${kerberos(0x6a, 0xa1)}`, client],
  ['kerberos', `\0\0\0\x86${kerberos(0x6b, 0xa0)}`, server],
  ['telnet', '\xff\xfd\x18\xff\xfd\x20', either],
  ['telnet', '\xff\xfd\x18', server, 23],
  ['telnet', '\xff\xfb\x18', client, 23],
  ['nfs', `\x80\0\0\x28${nfsCall(2, 4)}`, client],
  ['tds', '\x12\x01\0\x14\0\0\0\0\0\0\x06\0\x06\xff\x10\0\0\0\0\0', client],
  ['tds', `\x10\x01\0\x18\0\0\x01\0\x10\0\0\0\x04\0\0\x74${'l'.repeat(8)}`, client],
  ['diameter', diameter(0x80, 1, 20), client],
  ['diameter', diameter(0, 1, 20), server],
  ['diameter', diameter(0x80, 24, 20), either, 3868],
  ['syslog', '<34>1 2026-01-01T00:00:00Z host app - - - hello\n', client],
  ['syslog', '33 <13>Jan  1 00:00:00 host app: hello', client],
  ['syslog', '<13>hello\n', client, 514],
  ['tns', tns(1, 0x3f, 28), client],
  ['enip', enip(0x65, 0), client, 44_818],
  ['enip', enip(0x65, 0), server, 44_818],
  ['s7comm', isoConnect + s7(1), client, 102],
  ['s7comm', s7(3), server],
];

/** What resembles a protocol in all but one thing. */
const likenesses: readonly [kind: 'stream' | 'datagram', opening: string, port?: number][] = [
  ['stream', bgpOpen.replace('\0\x1d\x01', '\0\x1d\x06')],
  ['stream', bgpOpen.replace('\0\x1d\x01', '\0\x12\x01')],
  ['stream', rpcBind(2, '\0\0\0\0')],
  ['stream', rpcBind(0, '\x20\0\0\0')],
  ['stream', rpcBind(0, '\0\0\x01\0')],
  ['stream', rpcBind(0, '\0\0\0\0', '\0\x0f')],
  ['stream', rpcBind(0, '\0\0\0\0', '\0\x48', 2)],
  ['stream', '\x05\x64\x05\xc9\x07\0\x09\0\x86\x5f'],
  ['datagram', '\x05\x64\x05\xc9\x07\0\x09\0\x87\x5e'],
  ['stream', `\0\0\0\x86${kerberos(0x6a, 0xa0)}`],
  ['datagram', kerberos(0x6a, 0xa1).replace('\x02\x01\x05', '\x02\x01\x04')],
  ['stream', '\xff\xfd\x18'],
  ['stream', '\xff\xfeH\0e\0l\0l\0o\0'],
  ['stream', '\xff\xfb\x90\x44\0\0\0\0'],
  ['stream', `\x80\0\0\x28${nfsCall(3, 4)}`],
  ['datagram', nfsCall(2, 5)],
  ['stream', '\x12\x01\0\x14\0\0\0\0\0\0\x06\0\x07\xff\x10\0\0\0\0\0'],
  ['stream', '\x12\x01\0\x14\0\0\0\0\0\0\x07\0\x06\xff\x10\0\0\0\0\0'],
  ['stream', `\x10\x01\0\x18\0\0\x01\0\x11\0\0\0\x04\0\0\x74${'l'.repeat(8)}`],
  ['stream', diameter(0x80, 24, 20)],
  ['stream', diameter(0xa0, 1, 20)],
  ['stream', diameter(0x81, 1, 20)],
  ['stream', diameter(0x80, 1, 7)],
  ['stream', '33 <193>Jan  1 00:00:00 host app: hello'],
  ['stream', '33 Jan  1 00:00:00 host app: hello'],
  ['stream', '\r\n\r\n\0\r\nQUIT\n\x31\x11\0\0'],
  ['stream', '\r\n\r\n\0\r\nQUIT\n\x22\x11\0\0'],
  ['stream', '<13>hello\n'],
  ['stream', tns(2, 0x3f, 28)],
  ['stream', tns(1, 0x2b, 28)],
  ['stream', tns(1, 0x3f, 29)],
  ['stream', tns(1, 0x3f, 28, 'DESCRIPTION==(CONNECT_DATA=(SERVICE_NAME=shop)))')],
  ['stream', enip(0x65, 0)],
  ['stream', enip(0x65, 1), 44_818],
  ['stream', enip(0x67, 0), 44_818],
  ['datagram', `${enip(0x65, 0)}x`, 44_818],
  ['stream', isoConnect],
  ['stream', s7(4)],
  ['stream', 'STARTTLS\r\n'],
  ['stream', isoConnect + s7(1).replace('\x32', '\x72')],
  ['datagram', ike(0x20, 34, 0x08, 31)],
  ['datagram', ike(0x20, 34, 0x09)],
  ['datagram', ike(0x20, 2, 0x08)],
  ['datagram', ike(0x10, 34, 0)],
  ['datagram', ike(0x30, 34, 0x08)],
  ['datagram', ike(0x20, 34, 0x08).replace('initiate', '\0'.repeat(8))],
  ['datagram', netbiosDatagram(0x1a)],
  ['datagram', netbiosDatagram(0x0a).replace('CKFD', 'CKFQ')],
  ['datagram', sflow(2)],
  ['datagram', sflow(1).replace('\0\0\0\x04abcd', '\0\0\0\x05abcd')],
  ['datagram', `\0\x05\0\x02${'n'.repeat(68)}`],
  ['datagram', `\0\x09\0\x01${'n'.repeat(16)}\x01\0\0\x03abc`],
  ['datagram', `\0\x09\0\x01${'n'.repeat(16)}\0\x02\0\x08abcd`],
  ['datagram', `\0\x0a\0\x19${'i'.repeat(12)}\x01\0\0\x08abcd`],
  ['datagram', `\0\x0a\0\x10${'i'.repeat(12)}`],
  ['datagram', '\x01abc\0\x01\0\x04abcd'],
  ['datagram', '\0\x01\0\0abcdefghijklmnop'],
  ['datagram', '\0\x01\0\x08abcdefghijklmnop\0\x0c\0\x04\0\0\0\x06', 3478],
  ['datagram', '\0\x01\0\x08abcdefghijklmnop\0\x03\0\x03\0\0\0\x06', 3478],
  ['datagram', '\0\x01\0\x08abcdefghijklmnop\0\x03\0\x08\0\0\0\x06', 3478],
  ['datagram', '\0\x04\0\x08abcdefghijklmnop\0\x03\0\x04\0\0\0\x06', 3478],
  ['datagram', '\x01\x01\0\0abcdefghijklmnop', 3478],
  ['datagram', '\0\0\x04\x17\x27\x10\x19\x80\0\0\0\x01abcd'],
  ['datagram', '\0\0\x04\x17\x27\x10\x19\x80\0\0\0\0abc'],
  ['stream', 'PASS secret\r\nRETR 1\r\n'],
  ['datagram', '\x01abc\0\x01\0\x05abcd', 547],
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
  ['stun', '\0\x01\0\x08abcdefghijklmnop\0\x03\0\x04\0\0\0\x06', either],
  ['stun', '\x01\x01\0\x0cabcdefghijklmnop\0\x01\0\x08\0\x01\xd4\x31\xc0\0\x02\x01', server],
  ['stun', '\0\x01\0\0abcdefghijklmnop', either, 3478],
  ['syslog', '<34>1 2026-01-01T00:00:00Z host app - - - hello', client],
  ['syslog', '<13>Jan  1 00:00:00 host app: hello', client],
  ['sip', 'OPTIONS sip:example.org SIP/2.0\r\n\r\n', client],
  ['ssdp', 'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\n\r\n', either, 1900],
  ['ssdp', 'HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\n\r\n', either],
  ['bittorrent', '\0\0\x04\x17\x27\x10\x19\x80\0\0\0\0abcd', client],
  ['bittorrent', `d1:ad2:id20:${nodeId}e1:q4:ping1:t2:aa1:y1:qe`, either],
  ['ldap', '\x30\x0c\x02\x01\x01\x63\x07\x04\0\x0a\x01\0\x0a\x01', client],
  ['dnp3', '\x05\x64\x05\xc9\x07\0\x09\0\x86\x5e', client],
  ['kerberos', kerberos(0x6c, 0xa1), client],
  ['kerberos', kerberos(0x6d, 0xa0), server],
  ['kerberos', kerberos(0x7e, 0xa0), server],
  ['nfs', nfsCall(2, 3), client],
  ['ike', ike(0x20, 34, 0x08), client],
  ['ike', ike(0x20, 35, 0x20), server],
  ['ike', ike(0x10, 2, 0), either],
  ['ike', `\0\0\0\0${ike(0x20, 35, 0x08)}`, client, 4500],
  ['enip', enip(0x63, 0), either, 44_818],
  ['nbdgm', netbiosDatagram(0x0a), either],
  ['sflow', sflow(1), client],
  ['netflow', `\0\x05\0\x02${'n'.repeat(20 + 2 * 48)}`, client],
  ['netflow', `\0\x07\0\x01${'n'.repeat(20 + 52)}`, client],
  ['netflow', `\0\x09\0\x01${'n'.repeat(16)}\x01\0\0\x08abcd`, client],
  ['ipfix', `\0\x0a\0\x18${'i'.repeat(12)}\x01\0\0\x08abcd`, client],
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

  it.each(likenesses)('a_%s_with_one_thing_wrong_is_nothing: %j', (kind, opening, port) => {
    expect(verdictsOf(kind, Buffer.from(opening, 'latin1'), hintFor(client, port))).toEqual({});
  });

  it('dhcp_of_ipv6_is_that_between_its_ports_only', () => {
    const solicit = Buffer.from('\x01abc\0\x01\0\x04abcd', 'latin1');
    const relayed = Buffer.from(`\x0c\0${'\0'.repeat(32)}\0\x09\0\x04abcd`, 'latin1');
    expect(verdictsOf('datagram', solicit, { senderPort: 546, receiverPort: 547 })).toEqual({ dhcpv6: either });
    expect(verdictsOf('datagram', relayed, { senderPort: 547, receiverPort: 547 })).toEqual({ dhcpv6: either });
    const leaseQuery = Buffer.from('\x0eabc\0\x01\0\x04abcd', 'latin1');
    expect(verdictsOf('datagram', leaseQuery, { senderPort: 546, receiverPort: 547 })).toEqual({ dhcpv6: either });
    expect(verdictsOf('datagram', solicit, { senderPort: 40_000, receiverPort: 547 })).toEqual({});
    expect(verdictsOf('datagram', solicit.subarray(0, 11), { senderPort: 546, receiverPort: 547 })).toEqual({});
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

  it('no_datagram_begins_with_an_octet_that_is_said_to_begin_none', () => {
    const wrong = new Set<string>();
    for (const { name, datagram } of protocols) {
      if (datagram?.mayBegin === undefined) continue;
      for (const [, opening, verdict, port] of datagrams) {
        const bytes = Buffer.from(opening, 'latin1');
        for (let octet = 0; octet < 256; octet++) {
          bytes[0] = octet;
          if (!datagram.mayBegin(octet) && datagram.detect(bytes, 0, bytes.length, hintFor(verdict, port)) !== Verdict.no)
            wrong.add(`${name}: ${octet}`);
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
