import { readFileSync, writeFileSync } from 'node:fs';
import { buildOpenApi } from './openapi.ts';

/** `node libs/contracts/http/write-openapi.ts [FILE]`: writes the OpenAPI document, to standard output if no file is named. */
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };
const text = `${JSON.stringify(buildOpenApi(version), null, 2)}\n`;
const [file] = process.argv.slice(2);
if (file === undefined) process.stdout.write(text);
else writeFileSync(file, text);
