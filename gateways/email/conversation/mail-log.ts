import { z } from 'zod';
import type { AccountId, NetworkMessageId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import { asMessageId } from '../ids.js';
import { digestOf } from './digest.js';

const BUCKET = 'mails';

const schema = z.object({
  /** Contact or room. */
  conversation: z.string(),
  direction: z.enum(['in', 'out']),
  /** Where the core knows it by another id: a second mail with one Message-ID. */
  messageId: z.string().optional(),
  /** Of its content, for what came in. */
  digest: z.string().optional(),
  thread: z.string(),
  subject: z.string().catch(''),
  references: z.array(z.string()).catch([]),
  /** Messages of the user that it was made of; 1: itself. */
  parts: z.number().int().min(1).catch(1),
  /** Whom the user's mail went to. */
  recipients: z.array(z.string()).catch([]),
  /** What became of it for them, as far as it is known. */
  fates: z
    .record(z.string(), z.enum(['delivered', 'failed']))
    .optional()
    .catch(undefined),
});

/** What is remembered of a mail: what it belongs to, nothing that it says but its subject. */
export type LoggedMail = z.output<typeof schema>;

/** Mails by their Message-IDs, of all accounts. */
export class MailLog {
  constructor(
    private readonly state: NetworkState,
    private readonly keepMs: number,
    private readonly now: () => number,
  ) {}

  async get(account: AccountId, messageId: string): Promise<LoggedMail | undefined> {
    const entry = await this.state.get(BUCKET, keyOf(account, messageId));
    return schema.safeParse(entry?.value).data;
  }

  /** As {@link put}, unless there is one of that id already: then that one. */
  async claim(account: AccountId, messageId: string, mail: LoggedMail): Promise<LoggedMail | undefined> {
    const key = keyOf(account, messageId);
    const entry = { key, account, value: mail, expiresAt: this.now() + this.keepMs };
    const claimed = await this.state.putIfAbsent(BUCKET, entry);
    return claimed ? undefined : await this.get(account, messageId);
  }

  /** Durable when it resolves. */
  put(account: AccountId, messageId: string, mail: LoggedMail): Promise<void> {
    const expiresAt = this.now() + this.keepMs;
    return this.state.put(BUCKET, { key: keyOf(account, messageId), account, value: mail, expiresAt });
  }
}

/** Ids under which the core knows the messages that a mail of the user was made of. */
export function partIds(messageId: string, parts: number): readonly NetworkMessageId[] {
  if (parts === 1) return [asMessageId(messageId)];
  return Array.from({ length: parts }, (_, part) => asMessageId(`${messageId}#${part + 1}`));
}

/** The Message-ID behind an id of the core. */
export function messageIdOf(id: NetworkMessageId): string {
  return id.replace(/#\d+$/, '');
}

function keyOf(account: AccountId, messageId: string): string {
  return `${account} ${digestOf(messageId)}`;
}
