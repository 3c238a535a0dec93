import { parseArgs } from 'node:util';
import { analyze } from './analyze.ts';
import { DescriptorOutput } from './descriptor-output.ts';
import type { AnalyzeOptions } from './options.ts';

// `analyze` by itself, without the other commands: npx node apps/cli/analyze/run.ts [--summary json] [--checksums verify] FILE...
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    summary: { type: 'string', default: 'text' },
    checksums: { type: 'string', default: 'ignore' },
    records: { type: 'string' },
    'no-hashes': { type: 'boolean', default: false },
    'flow-key': { type: 'string' },
  },
});
const options: AnalyzeOptions = {
  summary: values.summary === 'json' || values.summary === 'none' ? values.summary : 'text',
  checksums: values.checksums === 'verify' ? 'verify' : 'ignore',
  hashes: !values['no-hashes'],
  ...(values.records === undefined ? {} : { records: values.records.split(',') }),
  ...(values['flow-key'] === 'vlan' ? { flowKey: 'vlan' as const } : {}),
};
process.exitCode = await analyze(positionals, options, { out: new DescriptorOutput(1), error: process.stderr });
