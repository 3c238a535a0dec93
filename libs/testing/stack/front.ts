import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';
import { credentials } from './credentials.ts';
import type { ServerPlan } from './server.ts';

/** An nginx that speaks TLS, asks for a name and a password (Basic), and hands requests on: what stands before an Elasticsearch that has neither. */
export async function planFront(folder: string, port: number, target: string, { certificate, key }: Certificates): Promise<ServerPlan> {
  const users = join(folder, 'users');
  const file = join(folder, 'nginx.conf');
  await writeFile(users, `${credentials.username}:{PLAIN}${credentials.password}\n`);
  await writeFile(file, configuration({ folder, port, target, users, certificate, key }));
  return {
    name: 'nginx',
    command: 'nginx',
    args: ['-p', folder, '-e', join(folder, 'errors.log'), '-c', file],
    log: join(folder, 'nginx.log'),
    ready: async () => {
      const socket = connect(port, '127.0.0.1');
      try {
        await once(socket, 'connect');
        return true;
      } finally {
        socket.destroy();
      }
    },
  };
}

interface Parts {
  readonly folder: string;
  readonly port: number;
  readonly target: string;
  readonly users: string;
  readonly certificate: string;
  readonly key: string;
}

/** One process: there is nobody to tell workers when it is killed. */
function configuration({ folder, port, target, users, certificate, key }: Parts): string {
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
events { worker_connections 512; }
http {
  access_log off;
  client_max_body_size 0;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${certificate};
    ssl_certificate_key ${key};
    auth_basic "stack";
    auth_basic_user_file ${users};
    location / {
      proxy_pass ${target};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Authorization "";
      proxy_read_timeout 600s;
    }
  }
}
`;
}
