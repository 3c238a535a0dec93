import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setting } from '../config/settings.ts';
import { networks, portNumber, text } from '../config/values.ts';

/** What an app with an API of its own has among its settings. */
export function listenSettings(port: number) {
  return {
    host: setting(text, '127.0.0.1', 'Address to listen on. Anything but a loopback address lets others connect: put TLS in front.'),
    port: setting(portNumber, port, 'Port to listen on.'),
    trustedProxies: setting(
      networks,
      [],
      'Addresses or networks of proxies in front, which are believed about who asks and whether over TLS (X-Forwarded-For, X-Forwarded-Proto).',
    ),
  } as const;
}

/** Listens; resolves to the address. Rejects with what is wrong and how to do otherwise. */
export async function serve(app: NestFastifyApplication, host: string, port: number): Promise<string> {
  try {
    await app.listen(port, host);
    return await app.getUrl();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE')
      throw new Error(`port ${String(port)} of ${host} is in use; name another with --port (0 takes any free one)`, { cause: error });
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new Error(`${host} is no address of this machine; name another with --host`, { cause: error });
    if (code === 'EACCES')
      throw new Error(`there is no permission to listen on port ${String(port)}; name one above 1023 with --port`, { cause: error });
    throw error;
  }
}

/** Lets requests in flight end; what is still there at the deadline is cut off. */
export async function closeServer(app: NestFastifyApplication, signal: AbortSignal): Promise<void> {
  signal.addEventListener('abort', () => {
    app.getHttpServer().closeAllConnections();
  });
  await app.close();
}
