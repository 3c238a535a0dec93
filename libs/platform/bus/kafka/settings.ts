import { readFileSync } from 'node:fs';
import type { KafkaConfig, SASLOptions } from 'kafkajs';
import { optionalSetting, secretSetting, setting, type ConfigOf } from '../../service/config/settings.ts';
import { duration, onOff, oneOf, serverPlaces, text } from '../../service/config/values.ts';

/** What an app that uses Kafka has among its settings. */
export const kafkaSettings = {
  kafkaBrokers: setting(serverPlaces, ['127.0.0.1:9092'], 'Kafka brokers to begin with, as host:port.'),
  kafkaTls: setting(onOff, false, 'Speaks TLS with Kafka.'),
  kafkaTlsCa: optionalSetting(text, 'File with the certificates (PEM) that vouch for the brokers; absent: those of the system.'),
  kafkaTlsCertificate: optionalSetting(text, 'File with the certificate (PEM) that this process shows to Kafka.'),
  kafkaTlsKey: optionalSetting(text, 'File with the key of that certificate (PEM).'),
  kafkaSasl: setting(oneOf('off', 'plain', 'scram-sha-256', 'scram-sha-512'), 'off', 'How this process signs in to Kafka.'),
  kafkaUsername: optionalSetting(text, 'User name for that.'),
  kafkaPassword: secretSetting(text, 'Password for that.'),
  kafkaSessionTimeout: setting(
    duration('6s', '5m'),
    10_000,
    'A member of a group that is silent for so long is taken for dead, and its partitions go to others.',
  ),
} as const;

export type KafkaSettings = ConfigOf<typeof kafkaSettings>;

/** The settings as the client wants them. Throws with the name of the setting that cannot be used. */
export function connectionOf(settings: KafkaSettings): Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl'> {
  return {
    brokers: [...settings.kafkaBrokers],
    ...(settings.kafkaTls ? { ssl: tlsOf(settings) } : {}),
    ...(settings.kafkaSasl === 'off' ? {} : { sasl: saslOf(settings, settings.kafkaSasl) }),
  };
}

function tlsOf(settings: KafkaSettings): NonNullable<KafkaConfig['ssl']> {
  const { kafkaTlsCa: ca, kafkaTlsCertificate: cert, kafkaTlsKey: key } = settings;
  if ((cert === undefined) !== (key === undefined))
    throw new Error('kafkaTlsCertificate and kafkaTlsKey go together: one of them is missing');
  return {
    ...(ca === undefined ? {} : { ca: [read('kafkaTlsCa', ca)] }),
    ...(cert === undefined ? {} : { cert: read('kafkaTlsCertificate', cert) }),
    ...(key === undefined ? {} : { key: read('kafkaTlsKey', key) }),
  };
}

function saslOf(
  { kafkaUsername: username, kafkaPassword: password }: KafkaSettings,
  mechanism: Exclude<KafkaSettings['kafkaSasl'], 'off'>,
): SASLOptions {
  if (username === undefined || password === undefined)
    throw new Error(`kafkaSasl is ${mechanism}, which needs kafkaUsername and kafkaPassword`);
  return { mechanism, username, password };
}

function read(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${name}: ${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
