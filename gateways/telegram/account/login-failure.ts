import { GatewayError } from '../../../src/gateway/error.js';
import type { Text } from '../../../src/gateway/text.js';
import { TgError } from '../client/client.js';
import { toGatewayError } from '../failure.js';

/** What a login can be corrected in; anything else ends it (core.telegram.org/api/auth). */
const PROBLEMS: readonly (readonly [RegExp, Text])[] = [
  [/^PHONE_NUMBER_(INVALID|UNOCCUPIED)$/, { key: 'telegram-bad-phone' }],
  [/^PHONE_NUMBER_BANNED$/, { key: 'telegram-phone-banned' }],
  [/^PHONE_(NUMBER|PASSWORD)_FLOOD$/, { key: 'telegram-login-flood' }],
  [/^PHONE_CODE_(INVALID|EMPTY)$/, { key: 'telegram-wrong-code' }],
  [/^(PASSWORD_HASH_INVALID|SRP_ID_INVALID|SRP_PASSWORD_CHANGED)$/, { key: 'telegram-wrong-password' }],
  [/^ACCESS_TOKEN_(INVALID|EXPIRED)$/, { key: 'telegram-wrong-token' }],
  [/^AUTH_TOKEN_\w+$/, { key: 'telegram-qr-expired' }],
];

/** Undefined for what the user cannot correct. */
export function loginProblem(error: unknown): Text | undefined {
  if (!(error instanceof TgError && error.kind === 'refused')) return undefined;
  return PROBLEMS.find(([pattern]) => pattern.test(error.reason))?.[1];
}

/** The code that was sent is worth nothing any more. */
export function isExpired(error: unknown): boolean {
  return error instanceof TgError && /^PHONE_CODE_(EXPIRED|HASH_EMPTY)$/.test(error.reason);
}

/** Telegram could not be asked. */
export function isAway(error: unknown): boolean {
  return error instanceof TgError && error.kind === 'unreachable';
}

/** What ends a login, in words. Nobody tries it again but the user. */
export function toLoginError(error: unknown): GatewayError {
  if (isAway(error)) return new GatewayError('network-unreachable', { key: 'telegram-login-away' });
  return toGatewayError(error);
}
