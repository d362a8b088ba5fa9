import type { TelegramServer } from '../../servers/telegram/telegram-server.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';

/** Options of the gateway that point it to a Telegram of the test's own, where nothing waits for the clock. */
export function telegramOptions(server: TelegramServer): Readonly<Record<string, unknown>> {
  return {
    ...{ apiId: 1, apiHash: 'hash' },
    servers: {
      endpoints: server.centres.map(({ id, port }) => ({ centre: id, host: '127.0.0.1', port })),
      publicKey: server.key.pem,
    },
    conversations: { retryMs: 20 },
    people: { refreshMs: 20 },
    limits: { retryFirstMs: 20, retryLastMs: 200, gapMs: 20, burst: 1_000, perSecond: 1_000 },
  };
}

/** What the gateway logs when a session with Telegram has begun: from then on it hears what happens. */
export const begunLine = /a session of Telegram has begun/;

/** Somebody, or a group or channel, of the test's Telegram. */
export type Correspondent = ScriptedPerson | { readonly kind: 'group' | 'channel'; readonly id: number };

/** The local part of his JID, or its. */
export function localPartOf(other: Correspondent): string {
  const letter = 'person' in other ? 'u' : other.kind === 'group' ? 'g' : 'c';
  return `${letter}${other.id}`;
}
