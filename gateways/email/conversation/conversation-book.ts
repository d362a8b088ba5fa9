import { z } from 'zod';
import type { AccountId, ContactId, RoomId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import { digestOf } from './digest.js';

const BUCKET = 'conversations';
const PAGE = 200;
/** Threads of one conversation whose last mail is known. */
const THREADS = 30;
/** Ancestors that a mail names (RFC 5322 §3.6.4). */
const REFERENCES = 20;

/** A person, or a room. */
export type ConversationId = ContactId | RoomId;

const mailRef = z.object({
  /** Message-ID. */
  id: z.string(),
  /** Its ancestors, the nearest last. */
  references: z.array(z.string()).catch([]),
  /** XEP-0201. */
  thread: z.string(),
  subject: z.string().catch(''),
});
const unseenMail = z.object({
  /** As the core knows it. */
  id: z.string(),
  /** Where that is not the Message-ID. */
  messageId: z.string().optional(),
  /** Who wants to know that it was read (RFC 8098 §2.1). */
  receiptTo: z.string().optional(),
});
const schema = z.object({
  id: z.string(),
  /** Of the other one, as he calls himself. */
  name: z.string().optional().catch(undefined),
  /** Own address that the last mail came to or was sent from. */
  from: z.string().optional().catch(undefined),
  /** Where answers go, where that is not the author's address. */
  answerTo: z.array(z.string()).optional().catch(undefined),
  /** The last mail of the conversation, and of each thread; the newest last. */
  threads: z.array(mailRef).catch([]),
  /** What the user has last seen or said the conversation to be about. */
  subject: z.string().optional().catch(undefined),
  /** What his next mail is to be about, which begins a new thread. */
  nextSubject: z.string().optional().catch(undefined),
  /** The user has written there. */
  written: z.boolean().catch(false),
  /** The other side reads by a program for chat mail. */
  chat: z.boolean().catch(false),
  /** Mails of the user's mailbox that he has not read; the newest last. */
  unseen: z.array(unseenMail).catch([]),
  /** Digest of his picture. */
  avatar: z.string().optional().catch(undefined),
  /** UTC milliseconds when he was last told by the gateway itself that it reads no encrypted mail. */
  toldEncrypted: z.number().optional().catch(undefined),
  /** How his mails can be ended (RFC 2369, RFC 8058). */
  unsubscribe: z
    .object({
      /** Takes the one click of RFC 8058. */
      post: z.string().optional(),
      mail: z.object({ address: z.string(), subject: z.string(), text: z.string() }).optional(),
    })
    .optional()
    .catch(undefined),
  /** Nobody reads answers. */
  noReply: z.boolean().optional().catch(undefined),
});

/** What is known of a conversation from one mail to the next. */
export type Conversation = z.output<typeof schema>;
/** A mail as its successors name it. */
export type MailRef = z.output<typeof mailRef>;

/** Conversations of all accounts. Keys are digests; what rests of one is gone with its account. */
export class ConversationBook {
  constructor(
    private readonly state: NetworkState,
    /** Milliseconds without a change until one is forgotten. */
    private readonly keepMs: number,
    /** Unread mails of a conversation that are kept. */
    private readonly mostUnseen: number,
    private readonly now: () => number,
  ) {}

  /** An empty one where nothing is known. */
  async get(account: AccountId, id: ConversationId): Promise<Conversation> {
    const entry = await this.state.get(BUCKET, keyOf(account, id));
    const parsed = schema.safeParse(entry?.value);
    return parsed.success ? parsed.data : schema.parse({ id });
  }

  /** Durable when it resolves. */
  async put(account: AccountId, conversation: Conversation): Promise<void> {
    const key = keyOf(account, conversation.id as ConversationId);
    const expiresAt = this.now() + this.keepMs;
    const value = {
      ...conversation,
      threads: conversation.threads.slice(-THREADS),
      unseen: conversation.unseen.slice(-this.mostUnseen),
    };
    await this.state.put(BUCKET, { key, account, value, expiresAt });
  }

  /** All of an account that fit, in no order that means anything; at most `limit`. */
  async find(
    account: AccountId,
    fits: (conversation: Conversation) => boolean,
    limit: number,
  ): Promise<readonly Conversation[]> {
    const prefix = `${account} `;
    const found: Conversation[] = [];
    for (let after = prefix; found.length < limit; ) {
      const page = await this.state.list(BUCKET, after, PAGE);
      for (const { key, value } of page) {
        if (!key.startsWith(prefix)) return found;
        after = key;
        const parsed = schema.safeParse(value);
        if (parsed.success && fits(parsed.data) && found.length < limit) found.push(parsed.data);
      }
      if (page.length < PAGE) return found;
    }
    return found;
  }
}

/** No address of a person is without an `@`. */
export function isRoom(id: ConversationId): id is RoomId {
  return !id.includes('@');
}

/** The conversation with a mail as its last one, and the last one of its thread. */
export function withMail(conversation: Conversation, mail: MailRef): Conversation {
  const threads = conversation.threads.filter(({ thread }) => thread !== mail.thread);
  return { ...conversation, threads: [...threads, mail] };
}

/** The last mail of a thread. */
export function lastOf({ threads }: Conversation, thread: string): MailRef | undefined {
  return threads.findLast((mail) => mail.thread === thread);
}

/** What an answer to a mail names as its ancestors. */
export function ancestorsWith({ references, id }: Pick<MailRef, 'references' | 'id'>): readonly string[] {
  const all = [...references.filter((other) => other !== id), id];
  // The root is kept: it is what programs build threads from.
  return all.length <= REFERENCES ? all : [...all.slice(0, 1), ...all.slice(1 - REFERENCES)];
}

function keyOf(account: AccountId, id: ConversationId): string {
  return `${account} ${digestOf(id)}`;
}
