import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TargetPolicy } from '../../../../src/gateway/gateway.js';
import type { MailServer } from '../../mail/server-options.js';
import { type HostResolver, resolveTarget } from '../../mail/target.js';

/** Whether a mail server answers there. Never rejects. */
export type Probe = (server: MailServer, protocol: 'imap' | 'smtp', signal: AbortSignal) => Promise<boolean>;

/** Bytes of a greeting that are looked at. */
const MAX_GREETING = 512;

/** Beginnings of greetings (RFC 9051 §7.1, RFC 5321 §4.2). */
const GREETINGS = { imap: /^\* (OK|PREAUTH)\b/, smtp: /^220[ -]/ } as const;

/**
 * Connects and reads the greeting, by TLS with a valid certificate where the server has it from the start; nothing is
 * sent.
 */
export function greetingProbe(targets: TargetPolicy, resolve: HostResolver, connectMs: number): Probe {
  return async (server, protocol, signal) => {
    try {
      const { address, servername } = await resolveTarget(server, targets, false, resolve);
      const socket =
        server.security === 'tls'
          ? connectTls({ host: address, port: server.port, servername })
          : connect({ host: address, port: server.port });
      return await greets(
        socket,
        GREETINGS[protocol],
        AbortSignal.any([signal, AbortSignal.timeout(connectMs)]),
      );
    } catch {
      return false;
    }
  };
}

function greets(socket: Socket, greeting: RegExp, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    let seen = '';
    const end = (answer: boolean): void => {
      signal.removeEventListener('abort', tooLate);
      socket.destroy();
      resolve(answer);
    };
    const tooLate = (): void => end(false);
    signal.addEventListener('abort', tooLate);
    if (signal.aborted) tooLate();
    socket.on('error', () => end(false));
    socket.on('end', () => end(false));
    socket.on('data', (piece) => {
      seen += piece.toString('latin1');
      if (seen.includes('\n') || seen.length > MAX_GREETING) end(greeting.test(seen));
    });
  });
}
