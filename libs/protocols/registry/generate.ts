import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const protocolsFolder = fileURLToPath(new URL('..', import.meta.url));
const target = fileURLToPath(new URL('generated/modules.ts', import.meta.url));

/** What `generated/modules.ts` has to say: one import for each folder with a `module.ts`, by name. */
export function buildModules(folder: string = protocolsFolder): string {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'sdk' && existsSync(join(folder, entry.name, 'module.ts')))
    .map((entry) => entry.name)
    .sort();
  const local = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return [
    '// Written by libs/protocols/registry/generate.ts from the folders beside it. Do not edit.',
    "import type { Protocol, ProtocolModule } from '../../sdk/module.ts';",
    ...names.map((name) => `import { protocol as ${local(name)} } from '../../${name}/module.ts';`),
    '',
    `export const modules: readonly (Protocol | ProtocolModule)[] = [${names.map(local).join(', ')}];`,
    '',
  ].join('\n');
}

/** True if the file on disk is what the folders say. */
export function isCurrent(): boolean {
  return existsSync(target) && readFileSync(target, 'utf8') === buildModules();
}

if (import.meta.main) {
  if (!process.argv.includes('--check')) writeFileSync(target, buildModules());
  else if (!isCurrent()) {
    console.error(`${target} is not what the folders of libs/protocols say; run: npx node libs/protocols/registry/generate.ts`);
    process.exitCode = 1;
  }
}
