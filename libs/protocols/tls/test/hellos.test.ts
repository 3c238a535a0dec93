import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outcome } from '@orbweaver/kernel/outcome.ts';
import { Verdict, type Verdict as VerdictType } from '../../sdk/module.ts';
import { detectTls } from '../detect.ts';
import { ClientHello, decodeClientHello } from '../handshake/client-hello.ts';
import { clientFacts, serverFacts } from '../handshake/facts.ts';
import { ServerHello, decodeServerHello } from '../handshake/server-hello.ts';
import {
  alert,
  alpn,
  applicationData,
  clientHello,
  clientHelloBody,
  extension,
  groups,
  serverHello,
  serverName,
  supportedVersions,
  tlsRecord,
} from './hello-builder.ts';

const word = fc.integer({ min: 0, max: 0xffff });
const client = new ClientHello();
const server = new ServerHello();

describe('hellos', () => {
  it('what_is_written_is_read', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,60}$/);
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 60 }),
        fc.array(word, { maxLength: 20 }),
        name,
        fc.array(name, { maxLength: 4 }),
        (ciphers, named, host, protocols) => {
          const bytes = clientHelloBody({
            ciphers,
            extensions: [groups(...named), serverName(host), alpn(...protocols), supportedVersions(0x0304)],
          });
          expect(decodeClientHello(client, bytes, 0, bytes.length)).toBe(Outcome.ok);
          const facts = clientFacts(client, 't');
          const isGrease = (code: number): boolean => /^(.a)\1$/.test(code.toString(16).padStart(4, '0'));
          expect(facts.profile.cipherSuites).toHaveLength(ciphers.filter((code) => !isGrease(code)).length);
          expect(facts.profile.groups).toHaveLength(named.filter((code) => !isGrease(code)).length);
          expect(facts).toMatchObject({ serverName: host, profile: { alpn: protocols, versions: ['1.3'] } });
        },
      ),
    );
  });

  it('cut_anywhere_they_never_read_past_their_end', () => {
    const bytes = clientHelloBody({ extensions: [groups(29, 23), serverName('a.example'), alpn('h2'), extension(35, [1, 2, 3])] });
    for (let length = 0; length <= bytes.length; length++) {
      const surrounded = new Uint8Array(bytes.length + 64).fill(0xff);
      surrounded.set(bytes.subarray(0, length));
      const outcome = decodeClientHello(client, surrounded, 0, length);
      if (outcome === Outcome.ok) expect(clientFacts(client, 't').serverName ?? 'a.example').toBe('a.example');
    }
  });

  it('random_bytes_end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        if (decodeClientHello(client, bytes, 0, bytes.length) === Outcome.ok) clientFacts(client, 't');
        if (decodeServerHello(server, bytes, 0, bytes.length) === Outcome.ok) serverFacts(server);
      }),
    );
  });
});

describe('detection', () => {
  const detect = (bytes: readonly number[], senderPort = 40_000, receiverPort = 5000): VerdictType =>
    detectTls(Uint8Array.from(bytes), 0, bytes.length, { senderPort, receiverPort });

  it.each<[string, readonly number[], VerdictType]>([
    ['a_client_hello', clientHello(), Verdict.client],
    ['a_server_hello', serverHello(), Verdict.server],
    ['an_alert', alert(2, 40), Verdict.either],
    ['application_data_with_more_behind_it', [...applicationData(), ...applicationData()], Verdict.either],
    ['application_data_with_garbage_behind_it', [...applicationData(), 1, 2, 3, 4, 5], Verdict.no],
    ['a_record_with_one_byte_of_hello', tlsRecord(22, [1]), Verdict.client],
    ['a_hello_of_an_impossible_version', tlsRecord(22, [1, 0, 0, 60, 9, 9, 0, 0]), Verdict.needMore],
    ['text', [...Buffer.from('GET / HTTP/1.1\r\n')], Verdict.no],
    ['a_record_that_is_too_long', [23, 3, 3, 0xff, 0xff, 0], Verdict.no],
    ['nothing', [], Verdict.needMore],
  ])('%s', (_, bytes, verdict) => {
    expect(detect(bytes)).toBe(verdict);
  });

  it('in_the_midst_of_a_session_goes_by_the_port_of_the_server', () => {
    expect(detect(applicationData(), 443, 40_000)).toBe(Verdict.server);
    expect(detect(applicationData(), 40_000, 993)).toBe(Verdict.client);
    expect(detect(applicationData(), 443, 8443)).toBe(Verdict.either);
    expect(detect(clientHello(), 443, 40_000)).toBe(Verdict.client);
  });
});
