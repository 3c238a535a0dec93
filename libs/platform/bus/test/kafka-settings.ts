import { readSettings } from '../../service/config/settings.ts';
import { kafkaSettings, type KafkaSettings } from '../kafka/settings.ts';

/** The settings for a broker at `address`, with everything else as it comes. */
export function settingsFor(address: string, more: Readonly<Record<string, string>> = {}): KafkaSettings {
  return readSettings(kafkaSettings, { flags: { kafkaBrokers: address, kafkaSessionTimeout: '6s', ...more }, environment: {}, file: {} });
}
