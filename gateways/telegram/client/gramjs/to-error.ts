import { TgError } from '../client.js';
import { NOT_ACCEPTED, RpcFailure } from './network/rpc-failure.js';

/** The session is worth nothing any more (core.telegram.org/api/errors#401-unauthorized). */
const LOST = new Set([
  ...['AUTH_KEY_UNREGISTERED', 'AUTH_KEY_INVALID', 'AUTH_KEY_DUPLICATED', 'AUTH_KEY_PERM_EMPTY'],
  ...['SESSION_REVOKED', 'SESSION_EXPIRED', 'USER_DEACTIVATED', 'USER_DEACTIVATED_BAN'],
]);
/** Ours alone: an answer that would be no more readable the next time. */
const FINAL = new Set(['ANSWER_NOT_READABLE', 'RANDOM_ID_DUPLICATE']);
const WAIT = /^(?:[A-Z\d_]*_WAIT|TAKEOUT_INIT_DELAY)_(\d+)$/;

/** Any failure of a request, in terms of the client. */
export function toTgError(error: unknown): TgError {
  if (error instanceof TgError) return error;
  if (!(error instanceof RpcFailure))
    return new TgError('unreachable', error instanceof Error ? error.message : String(error), 0, true);
  const { code, text } = error;
  const wait = WAIT.exec(text);
  if (wait) return new TgError('wait', text.replace(/_\d+$/, ''), Number(wait[1]));
  if (LOST.has(text)) return new TgError('lost', text);
  if (text === NOT_ACCEPTED) return new TgError('unreachable', text);
  // Faults of the server: nobody knows how far it came.
  if ((code < 0 || code >= 500) && !FINAL.has(text)) return new TgError('unreachable', text, 0, true);
  return new TgError('refused', text);
}

/** The data centre that a request has to be made to instead (303). */
export function migrationOf(error: unknown): { readonly what: string; readonly centre: number } | undefined {
  const match = error instanceof RpcFailure ? /^([A-Z]+)_MIGRATE_(\d+)$/.exec(error.text) : null;
  return match ? { what: match[1] ?? '', centre: Number(match[2]) } : undefined;
}
