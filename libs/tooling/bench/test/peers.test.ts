import { expect, it } from 'vitest';
import { versionOf } from '../peers.ts';
import { suricataArgs } from '../suricata.ts';

it('suricata_reads_without_rules_and_loses_nothing_to_its_memory_caps', () => {
  const args = suricataArgs('/captures/a.pcap', '').join(' ');
  expect(args).toContain('--runmode single');
  expect(args).toContain('-S /dev/null');
  expect(args).toContain('--set stream.reassembly.memcap=4gb');
  expect(args).toMatch(/-r \/captures\/a\.pcap$/);
});

it('suricatas_records_are_thrown_away_wherever_its_configuration_lists_them', () => {
  const configuration =
    'outputs = (null)\noutputs.0 = fast\noutputs.2 = eve-log\noutputs.2.eve-log = (null)\noutputs.2.eve-log.filename = eve.json\n';
  const args = suricataArgs('a.pcap', configuration);
  expect(args.filter((arg) => arg.startsWith('outputs'))).toEqual(['outputs.2.eve-log.filename=/dev/null']);
});

it('a_configuration_without_records_gets_no_setting_for_them', () => {
  expect(suricataArgs('a.pcap', 'outputs.0 = fast\n').join(' ')).not.toContain('outputs');
});

it('a_program_that_is_not_installed_has_no_version', () => {
  expect(versionOf({ name: 'none', command: 'no-such-program-is-installed', args: () => [], versionArgs: ['--version'] })).toBeUndefined();
});
