import { Option, type Command } from 'commander';
import { kafkaSettings, type KafkaSettings } from '@orbweaver/platform/bus/kafka/settings.ts';
import { ConfigError, flagOf, readSettings, variableOf } from '@orbweaver/platform/service/config/settings.ts';
import { ClientError } from './server.ts';

/** Options of every command that talks to Kafka: the settings that the services have. */
export function kafkaOptions(command: Command): Command {
  for (const [name, { help, kind }] of Object.entries(kafkaSettings)) {
    if (name === 'kafkaSessionTimeout') continue;
    const option = new Option(kind.isSwitch ? flagOf(name) : `${flagOf(name)} <value>`, `${help} (${variableOf(name)})`);
    // What is on the command line is there for everyone on the machine to read.
    command.addOption('secret' in kafkaSettings[name as keyof typeof kafkaSettings] ? option.hideHelp() : option);
  }
  return command;
}

/** How Kafka is reached: by options, or by the environment that the services take. Throws `ClientError` with every setting that is wrong. */
export function readKafkaSettings(options: Readonly<Record<string, unknown>>): KafkaSettings {
  const names = Object.keys(kafkaSettings);
  const environment = Object.fromEntries(names.map((name) => [variableOf(name), process.env[variableOf(name)]]));
  const flags = Object.fromEntries(names.filter((name) => name in options).map((name) => [name, options[name]]));
  try {
    return readSettings(kafkaSettings, { flags, environment, file: {} });
  } catch (error) {
    if (error instanceof ConfigError) throw new ClientError(error.message);
    throw error;
  }
}
