import { readFile } from 'node:fs/promises';
import { isIP, connect as netConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type { SmppOptions } from './options.js';

/** Registered for SMPP, and in use for SMPP over TLS. */
const defaultPort = { plain: 2775, tls: 3550 } as const;

/**
 * Opens the connection; certificates are checked unless the operator says otherwise, and there is no fall-back to
 * plain text (S20). Rejects with what the operating system or TLS says.
 */
export async function dial(options: SmppOptions, signal: AbortSignal): Promise<Socket> {
  const ca = options.caFile === undefined ? undefined : await readFile(options.caFile);
  signal.throwIfAborted();
  const { host } = options;
  const port = options.port ?? (options.tls ? defaultPort.tls : defaultPort.plain);
  const socket = options.tls
    ? tlsConnect({
        host,
        port,
        rejectUnauthorized: options.verifyCertificate,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...(ca === undefined ? {} : { ca }),
      })
    : netConnect({ host, port });
  socket.setNoDelay(true);
  return opened(socket, options, signal);
}

function opened(socket: Socket, options: SmppOptions, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { dialMs } = options.timeouts;
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      socket.off('error', settle);
      if (error === undefined) resolve(socket);
      else {
        socket.on('error', () => undefined);
        socket.destroy();
        reject(error);
      }
    };
    const aborted = (): void => settle(new Error('stopped'));
    const timer = setTimeout(() => settle(new Error(`no connection within ${dialMs} ms`)), dialMs);
    signal.addEventListener('abort', aborted);
    socket.on('error', settle);
    socket.once(options.tls ? 'secureConnect' : 'connect', () => settle());
  });
}
