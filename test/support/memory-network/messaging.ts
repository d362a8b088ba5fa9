import type { ContactId, NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import type { OutboundMessage, Target } from '../../../src/gateway/message.js';
import type { MediaFacet, ReactionsFacet, RoomsFacet, Session } from '../../../src/gateway/session.js';
import { refusal } from './rooms.js';

/** What the network can do with private messages besides carrying their text. */
export interface MessagingAbilities {
  readonly edits?: boolean;
  readonly retractions?: boolean;
  /** With the limits of the network. */
  readonly reactions?: Pick<ReactionsFacet, 'maxPerUser' | 'allowed' | 'limits'>;
  readonly replies?: boolean;
  /** The network tells what has arrived; `displayed`: and can be told what has been read. */
  readonly receipts?: 'delivered' | 'displayed';
  readonly typing?: boolean;
  readonly media?: MediaFacet;
  /** Moderators may take away what others have said in rooms. */
  readonly moderation?: boolean;
}

/** Everything that the network can have. */
export const EVERYTHING: MessagingAbilities = {
  edits: true,
  retractions: true,
  reactions: {},
  replies: true,
  receipts: 'displayed',
  typing: true,
  moderation: true,
};

/** The facets of private messages, as one user meets them. */
export type MessagingFacets = Partial<
  Pick<Session, 'edits' | 'retractions' | 'reactions' | 'replies' | 'receipts' | 'typing' | 'media'>
>;

/** Private messages of a network that gives them ids, and notes what it was asked to do. */
export class MemoryMessaging {
  /** One line each, such as `say bob 1 hello`, `edit bob 1 hallo`, `react bob 2 👍`, `read bob 2`, `typing bob yes`. */
  readonly asked: string[] = [];
  /** What users have sent, whole. */
  readonly sent: OutboundMessage[] = [];
  /** Messages that the network does not have. */
  readonly missing = new Set<NetworkMessageId>();
  #ids = 0;

  constructor(readonly abilities: MessagingAbilities = EVERYTHING) {}

  /** Takes a message of a user; returns the network's id of it. */
  say(contact: ContactId, message: OutboundMessage): NetworkMessageId {
    const id = this.nextId();
    this.sent.push(message);
    this.asked.push(`say ${contact} ${id} ${message.text}`);
    return id;
  }

  /** An id for a message of anybody. */
  nextId(): NetworkMessageId {
    this.#ids += 1;
    return String(this.#ids) as NetworkMessageId;
  }

  /** What was asked since the last call. */
  take(): string[] {
    return this.asked.splice(0);
  }

  /** What moderators can do to messages in rooms. */
  moderation(): Pick<RoomsFacet, 'moderate'> {
    if (!this.abilities.moderation) return {};
    return {
      moderate: async (room, id, reason) => {
        this.asked.push(['moderate', room, id, ...(reason === undefined ? [] : [reason])].join(' '));
      },
    };
  }

  facets(): MessagingFacets {
    const { edits, retractions, reactions, replies, receipts, typing, media } = this.abilities;
    const note = (...words: readonly string[]): void => {
      this.asked.push(words.join(' '));
    };
    return {
      ...(edits && {
        edits: { edit: async (target, id, { text }) => note('edit', nameOf(target), id, text) },
      }),
      ...(retractions && {
        retractions: { retract: async (target, id) => note('retract', nameOf(target), id) },
      }),
      ...(reactions && {
        reactions: {
          ...reactions,
          react: async (target, { id, own }, emojis) => {
            if (this.missing.has(id)) throw refusal('not-found');
            note('react', nameOf(target), own ? 'own' : 'their', id, ...emojis);
          },
        },
      }),
      ...(replies && { replies }),
      ...(media && { media }),
      ...(receipts && {
        receipts: {
          delivered: true,
          ...(receipts === 'displayed' && {
            markDisplayed: async (where: ContactId | RoomId, upTo: NetworkMessageId) =>
              note('read', where, upTo),
          }),
        },
      }),
      ...(typing && {
        typing: { setTyping: (contact, composing) => note('typing', contact, composing ? 'yes' : 'no') },
      }),
    };
  }
}

function nameOf(target: Target): string {
  return target.kind === 'member' ? target.member : target.id;
}
