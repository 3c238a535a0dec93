import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from '../processes/child.ts';

const repository = join(import.meta.dirname, '../../..');
const template = join(repository, 'apps/ui/web/nginx.conf.template');

export interface PagesOptions {
  /** For its files while it runs. */
  readonly folder: string;
  readonly port: number;
  /** Folder of the built pages. */
  readonly web: string;
  /** Ports of the two on this machine. */
  readonly controlApi: number;
  readonly searchApi: number;
}

/** The nginx that makes one origin of the pages and the APIs, with the configuration that a cluster uses. Resolves when it answers. */
export async function startPages({ folder, port, web, controlApi, searchApi }: PagesOptions): Promise<Child> {
  const values: Readonly<Record<string, string>> = {
    LISTEN: `127.0.0.1:${port}`,
    WEB_FILES: web,
    CONTROL_API: `127.0.0.1:${controlApi}`,
    SEARCH_API: `127.0.0.1:${searchApi}`,
  };
  const server = (await readFile(template, 'utf8')).replace(/\$\{([A-Z_]+)\}/g, (whole, name: string) => values[name] ?? whole);
  const file = join(folder, 'nginx.conf');
  await writeFile(file, around(folder, server));
  // Written for the same user, who is to read them: workers of a master that is root would be someone else.
  const nginx = new Child('nginx', ['nginx', '-p', folder, '-e', 'stderr', '-c', file]);
  await nginx.until('answered', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => undefined);
    return answer?.ok ? true : undefined;
  });
  return nginx;
}

/** One process: there is nobody to tell workers when it is killed. */
function around(folder: string, server: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `  ${name}_temp_path ${folder}/${name};`);
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
  access_log off;
${temporary.join('\n')}
${server}
}
`;
}
