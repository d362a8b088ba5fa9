import { GatewayError } from '../../../src/gateway/error.js';
import { DialError } from '../wire/dial.js';

/** The user sends faster than the server takes. */
export function tooFast(): GatewayError {
  return new GatewayError('limit', { key: 'irc-too-fast' }, 'not-sent', true);
}

/** SASL was refused, or could not be done: never go on without it (S18, S20). */
export function saslError(reason: string | undefined): GatewayError {
  const missing =
    reason === undefined || reason === 'capability_missing' || reason === 'unsupported_mechanism';
  return new GatewayError('bad-credentials', { key: missing ? 'irc-sasl-missing' : 'irc-sasl-refused' });
}

/** No connection to a server; `lastWords` are what it said before it closed (ERROR). */
export function unreachable(server: string, lastWords: string | undefined): GatewayError {
  const text =
    lastWords === undefined
      ? { key: 'irc-unreachable', args: { server } }
      : { key: 'irc-closed-by-server', args: { server, answer: lastWords } };
  return new GatewayError('network-unreachable', text, 'not-sent', true);
}

/** Why a connection ended, in words that tell nothing of what lies behind a port (S21). */
export function errorOfCause(
  cause: Error | undefined,
  server: string,
  lastWords: string | undefined,
): GatewayError {
  if (cause instanceof GatewayError) return cause;
  if (cause instanceof DialError && cause.kind === 'tls')
    return new GatewayError(
      'network-unreachable',
      { key: 'irc-tls-failed', args: { server } },
      'not-sent',
      true,
    );
  return unreachable(server, lastWords);
}
