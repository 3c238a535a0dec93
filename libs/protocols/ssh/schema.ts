import type { DatasetSchema, Field } from '@orbweaver/contracts/records/schema.ts';

const software = (who: string): Field => ({
  type: 'keyword',
  label: `${who} software`,
  help: `Software of the ${who.toLowerCase()}, from its identification line.`,
  example: 'OpenSSH_9.2p1',
});

const comments = (who: string): Field => ({
  type: 'keyword',
  label: `${who} comments`,
  help: `What the ${who.toLowerCase()}'s identification line says behind the software.`,
  example: 'Debian-2+deb12u3',
});

const encrypted = (who: string): Field => ({
  type: 'integer',
  unit: 'byte',
  label: `${who} encrypted`,
  help: `Bytes that the ${who.toLowerCase()} sent encrypted.`,
  example: 4096,
});

export const schema: DatasetSchema = {
  dataset: 'ssh',
  title: 'SSH',
  record: 'one connection',
  fields: {
    'ssh.version': { type: 'keyword', label: 'Version', help: 'Version of the protocol that the two speak.', example: '2.0' },
    'ssh.client.software': software('Client'),
    'ssh.client.comments': comments('Client'),
    'ssh.client.hassh': {
      type: 'keyword',
      label: 'HASSH',
      help: "Fingerprint of the client's algorithms (key exchange, cipher, MAC, compression to the server).",
      example: '06046964c022c6407d15a27b12a6a4fb',
    },
    'ssh.client.encrypted_bytes': encrypted('Client'),
    'ssh.server.software': software('Server'),
    'ssh.server.comments': comments('Server'),
    'ssh.server.hassh': {
      type: 'keyword',
      label: 'HASSH server',
      help: "Fingerprint of the server's algorithms (key exchange, cipher, MAC, compression to the client).",
      example: 'b12d2871a1189eff20364cf5333619ee',
    },
    'ssh.server.encrypted_bytes': encrypted('Server'),
    'ssh.key_exchange': {
      type: 'keyword',
      label: 'Key exchange',
      help: 'Key exchange that was agreed on.',
      example: 'curve25519-sha256',
    },
    'ssh.host_key.algorithm': {
      type: 'keyword',
      label: 'Host key',
      help: "Algorithm of the server's key that was agreed on; of the key itself where only the server was seen.",
      example: 'ssh-ed25519',
    },
    'ssh.host_key.hash.md5': { type: 'keyword', label: 'Host key MD5', help: "MD5 of the server's key as it was sent, in hex." },
    'ssh.host_key.hash.sha256': { type: 'keyword', label: 'Host key SHA-256', help: "SHA-256 of the server's key as it was sent, in hex." },
    'ssh.cipher': { type: 'keyword', label: 'Cipher', help: 'Cipher from client to server.', example: 'chacha20-poly1305@openssh.com' },
    'ssh.mac': {
      type: 'keyword',
      label: 'MAC',
      help: 'Authentication code from client to server; none with a cipher that does it itself.',
      example: 'hmac-sha2-256-etm@openssh.com',
    },
    'ssh.compression': { type: 'keyword', label: 'Compression', help: 'Compression from client to server.', example: 'none' },
    'ssh.authentication.attempts': {
      type: 'integer',
      label: 'Sign-in attempts',
      help: 'Refusals and the success, estimated from packet sizes; the first refusal only tells the methods and does not count.',
      example: 1,
    },
    'event.outcome': {
      type: 'keyword',
      label: 'Outcome',
      help: 'Whether the client signed in, estimated from packet sizes: success, failure, or unknown where it cannot be told.',
      example: 'success',
    },
  },
};
