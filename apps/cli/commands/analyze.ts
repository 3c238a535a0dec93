import { Command } from 'commander';
export function analyzeCommand(): Command {
  return new Command('analyze');
}
