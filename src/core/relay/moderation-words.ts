import type { Text } from '../../gateway/text.js';
import type { RelayDefinition } from './definitions.js';
import type { Guard } from './guard.js';
import type { LegId, Speaker } from './model.js';
import type { Moderation } from './moderation.js';
import { blockedLines } from './moderation-commands.js';

/** Words to the relay about who is carried. */
export type ModerationWord = 'block' | 'unblock' | 'blocked' | 'stop' | 'start';

/** What everybody may say of himself. */
export const OWN_WISHES: ReadonlySet<string> = new Set(['stop', 'start'] satisfies ModerationWord[]);

/** Such a word, and by whom it is said where. */
export interface ModerationAsked {
  readonly word: ModerationWord;
  readonly relay: RelayDefinition;
  readonly leg: LegId;
  readonly speaker: Speaker;
  /** What stands behind the word. */
  readonly rest: string;
}

/** What is answered to it, one line each. @throws {GatewayError} and the store's error */
export async function obeyWord(
  { word, relay, leg, speaker, rest }: ModerationAsked,
  { moderation, guard }: { readonly moderation: Moderation; readonly guard: Guard },
): Promise<readonly Text[]> {
  switch (word) {
    case 'stop':
    case 'start':
      return [guard.wish(relay, leg, speaker, word)];
    case 'blocked':
      return blockedLines(relay);
    case 'block': {
      const [, who = '', reason = ''] = /^(\S+|"[^"]+")\s*(.*)$/su.exec(rest) ?? [];
      if (who === '') return [{ key: 'relay-block-whom' }];
      const named = who.replaceAll('"', '');
      const by = `${speaker.nick} (${leg})`;
      await moderation.block(relay.name, named, { by, ...(reason !== '' && { reason }) }, leg);
      return [{ key: 'relay-block-done', args: { who: named } }];
    }
    case 'unblock': {
      const who = rest.replaceAll('"', '').trim();
      if (who === '') return [{ key: 'relay-block-whom' }];
      await moderation.unblock(relay.name, who, speaker.nick, leg);
      return [{ key: 'relay-unblock-done', args: { who } }];
    }
    default:
      return word satisfies never;
  }
}
