import { type ErrorCode, GatewayError } from '../../src/gateway/error.js';
import type { Text } from '../../src/gateway/text.js';
import { TgError } from './client/client.js';

const MS_PER_SECOND = 1_000;
const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3_600;

/** What Telegram's own words for a refusal mean to the user (core.telegram.org/api/errors). */
const REFUSALS: readonly (readonly [RegExp, ErrorCode, Text])[] = [
  [/^PEER_FLOOD$/, 'limit', { key: 'telegram-refused-spam' }],
  [/^(USER_IS_BLOCKED|USER_BLOCKED)$/, 'forbidden', { key: 'telegram-refused-blocked' }],
  [/^YOU_BLOCKED_USER$/, 'forbidden', { key: 'telegram-refused-you-blocked' }],
  [/^(INPUT_USER_DEACTIVATED|USER_DELETED)$/, 'recipient-unavailable', { key: 'telegram-person-deleted' }],
  [
    /^(PEER_ID_INVALID|PEER_NOT_KNOWN|USER_ID_INVALID|CHANNEL_INVALID|CHAT_ID_INVALID|CONTACT_ID_INVALID|USER_EMPTY)$/,
    'not-found',
    { key: 'telegram-not-known' },
  ],
  [
    /^(PRIVACY_PREMIUM_REQUIRED|PREMIUM_ACCOUNT_REQUIRED|ALLOW_PAYMENT_REQUIRED.*)$/,
    'payment-required',
    { key: 'telegram-refused-premium' },
  ],
  [
    /^(USER_PRIVACY_RESTRICTED|USER_NOT_MUTUAL_CONTACT|VOICE_MESSAGES_FORBIDDEN|CHAT_RESTRICTED)$/,
    'forbidden',
    { key: 'telegram-refused-privacy' },
  ],
  [
    /^(CHAT_WRITE_FORBIDDEN|CHAT_SEND_\w+_FORBIDDEN|CHAT_GUEST_SEND_FORBIDDEN|CHAT_ADMIN_REQUIRED|USER_BANNED_IN_CHANNEL|CHANNEL_PRIVATE|CHAT_FORBIDDEN|RIGHT_FORBIDDEN)$/,
    'forbidden',
    { key: 'telegram-refused-rights' },
  ],
  [/^BOT_METHOD_INVALID$/, 'unsupported', { key: 'telegram-refused-bot' }],
  [/^USER_IS_BOT$/, 'forbidden', { key: 'telegram-refused-bot-to-bot' }],
  [/^(MESSAGE_TOO_LONG|MEDIA_CAPTION_TOO_LONG)$/, 'too-long', { key: 'telegram-too-long' }],
  [
    /^(FILE_PARTS_INVALID|FILE_PART_\w+|FILE_SIZE_WRONG|PHOTO_\w+|MEDIA_INVALID|MEDIA_EMPTY|IMAGE_PROCESS_FAILED)$/,
    'rejected',
    { key: 'telegram-refused-file' },
  ],
  [
    /^(MESSAGE_EDIT_TIME_EXPIRED|MESSAGE_AUTHOR_REQUIRED|MESSAGE_NOT_MODIFIED|MESSAGE_DELETE_FORBIDDEN)$/,
    'forbidden',
    { key: 'telegram-refused-change' },
  ],
  [
    /^(MESSAGE_ID_INVALID|MSG_ID_INVALID|REPLY_MESSAGE_ID_INVALID|MESSAGE_IDS_EMPTY)$/,
    'not-found',
    { key: 'telegram-message-gone' },
  ],
  [/^(REACTION_\w+|REACTIONS_\w+)$/, 'rejected', { key: 'telegram-refused-reaction' }],
  [/^(MESSAGE_POLL_CLOSED|OPTIONS?_\w+|REVOTE_NOT_ALLOWED)$/, 'rejected', { key: 'telegram-refused-vote' }],
  [/^(BOT_RESPONSE_TIMEOUT|DATA_INVALID)$/, 'rejected', { key: 'telegram-refused-press' }],
  [
    /^(USER_ADMIN_INVALID|USER_CREATOR|FRESH_CHANGE_ADMINS_FORBIDDEN|ADMINS_TOO_MUCH|BOTS_TOO_MUCH)$/,
    'forbidden',
    { key: 'telegram-refused-rights' },
  ],
  [/^USER_KICKED$/, 'forbidden', { key: 'telegram-chat-kicked' }],
  [/^USER_ALREADY_PARTICIPANT$/, 'rejected', { key: 'telegram-already-member' }],
  [/^USER_NOT_PARTICIPANT$/, 'not-found', { key: 'telegram-not-known' }],
  [/^USERS_TOO_MUCH$/, 'full', { key: 'telegram-chat-full' }],
  [/^CHANNELS_TOO_MUCH$/, 'limit', { key: 'telegram-chats-too-many', args: { whose: 'yours' } }],
  [/^USER_CHANNELS_TOO_MUCH$/, 'rejected', { key: 'telegram-chats-too-many', args: { whose: 'theirs' } }],
  [/^INVITE_HASH_(INVALID|EXPIRED|EMPTY)$/, 'not-found', { key: 'telegram-invite-bad' }],
  [/^INVITE_REQUEST_SENT$/, 'invite-only', { key: 'telegram-invite-asked' }],
  [/^CHAT_NOT_SUPERGROUP$/, 'unsupported', { key: 'telegram-supergroups-only' }],
  [/^CHAT_TITLE_EMPTY$/, 'rejected', { key: 'telegram-title-missing' }],
  [/^CHAT_(ABOUT|TITLE)_TOO_LONG$/, 'too-long', { key: 'telegram-too-long' }],
  [/^TOPIC_CLOSED$/, 'forbidden', { key: 'telegram-topic-closed' }],
  [/^(TOPIC_DELETED|TOPIC_ID_INVALID)$/, 'not-found', { key: 'telegram-topic-gone' }],
  [/^API_ID_(INVALID|PUBLISHED_FLOOD)$/, 'rejected', { key: 'telegram-refused-api' }],
];

/** Any failure of the client, as the core and the user understand it. */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (!(error instanceof TgError))
    return new GatewayError('network-unreachable', { key: 'telegram-trouble' }, 'unknown', true);
  switch (error.kind) {
    case 'wait':
      return new GatewayError(
        'limit',
        error.reason.startsWith('SLOWMODE') ? slowModeText(error.seconds) : waitText(error.seconds),
        'not-sent',
        true,
        error.seconds * MS_PER_SECOND,
      );
    case 'lost':
      return new GatewayError('bad-credentials', lostText(error.reason));
    case 'unreachable':
      return error.maybeDone
        ? new GatewayError('network-unreachable', { key: 'telegram-no-answer' }, 'unknown', true)
        : new GatewayError('network-unreachable', { key: 'telegram-away' }, 'not-sent', true);
    case 'refused':
      return refusal(error.reason);
    default:
      return error.kind satisfies never;
  }
}

/** Rejects with GatewayError whatever the client rejects with. */
export async function inWords<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw toGatewayError(error);
  }
}

function refusal(reason: string): GatewayError {
  const known = REFUSALS.find(([pattern]) => pattern.test(reason));
  if (known) return new GatewayError(known[1], known[2]);
  // Its own word is all that anybody could look for.
  return new GatewayError('rejected', { key: 'telegram-refused', args: { reason: reason.slice(0, 64) } });
}

/** FLOOD_WAIT and its like: when it goes on. */
function waitText(seconds: number): Text {
  return { key: 'telegram-wait', args: inUnits(seconds) };
}

/** SLOWMODE_WAIT: the group lets nobody write more often. */
function slowModeText(seconds: number): Text {
  return { key: 'telegram-slow-mode', args: inUnits(seconds) };
}

function inUnits(seconds: number): { readonly unit: 'hour' | 'minute' | 'second'; readonly count: number } {
  if (seconds >= 2 * SECONDS_PER_HOUR) return { unit: 'hour', count: Math.ceil(seconds / SECONDS_PER_HOUR) };
  if (seconds >= 2 * SECONDS_PER_MINUTE)
    return { unit: 'minute', count: Math.ceil(seconds / SECONDS_PER_MINUTE) };
  return { unit: 'second', count: Math.max(1, Math.ceil(seconds)) };
}

/** Whether the same would fail each time: what Telegram refuses, and what nobody has thought of here. */
export function isFinal(error: unknown): boolean {
  if (error instanceof TgError) return error.kind === 'refused';
  // The next login goes on from here.
  if (error instanceof GatewayError) return !error.retryable && error.code !== 'bad-credentials';
  return error instanceof TypeError || error instanceof RangeError;
}

/** Why a session is worth nothing any more, and what to do. */
export function lostText(reason: string): Text {
  return /^USER_DEACTIVATED/.test(reason)
    ? { key: 'telegram-account-gone' }
    : { key: 'telegram-session-lost' };
}
