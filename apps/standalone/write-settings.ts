import { writeFileSync } from 'node:fs';
import { settingsReference } from '@orbweaver/platform/service/config/reference.ts';
import { settings } from './settings.ts';

/** `node apps/standalone/write-settings.ts [FILE]`: writes the reference of the settings, to standard output if no file is named. */
const text = `# Settings of the server

Each is an option of \`npm start -- …\` and \`orbweaver start\`, an environment variable, or a line of the JSON file that \`--config\` names; the first
that has a value wins, in this order. All that is wrong is reported at once.

${settingsReference(settings)}`;
const [file] = process.argv.slice(2);
if (file === undefined) process.stdout.write(text);
else writeFileSync(file, text);
