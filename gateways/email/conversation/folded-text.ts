import { z } from 'zod';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import type { ConversationId } from './conversation-book.js';
import { digestOf } from './digest.js';

const BUCKET = 'folded';
const PAGE = 200;

const schema = z.object({
  conversation: z.string(),
  subject: z.string(),
  /** With everything that was folded away. */
  text: z.string(),
  /** UTC milliseconds. */
  at: z.number(),
});

/** The last mail of a conversation of which something was folded away, whole. */
export type FoldedText = z.output<typeof schema>;

/**
 * What was folded away, so that it can be had when somebody asks for it: the last mail of each conversation, for a few
 * days, bounded. None of it is kept where the operator wants that.
 */
export class FoldedTexts {
  constructor(
    private readonly state: NetworkState,
    private readonly limits: { readonly keepMs: number; readonly maxBytes: number },
    private readonly now: () => number,
  ) {}

  async keep(
    account: AccountId,
    id: ConversationId,
    mail: Omit<FoldedText, 'at' | 'conversation'>,
  ): Promise<void> {
    const { keepMs, maxBytes } = this.limits;
    if (keepMs === 0) return;
    const at = this.now();
    const text = Buffer.from(mail.text).subarray(0, maxBytes).toString();
    const value = { conversation: id, subject: mail.subject, text, at };
    await this.state.put(BUCKET, {
      key: `${account} ${digestOf(id)}`,
      account,
      value,
      expiresAt: at + keepMs,
    });
  }

  async get(account: AccountId, id: ConversationId): Promise<FoldedText | undefined> {
    const entry = await this.state.get(BUCKET, `${account} ${digestOf(id)}`);
    return schema.safeParse(entry?.value).data;
  }

  /** That of all conversations which came last. */
  async newest(account: AccountId): Promise<FoldedText | undefined> {
    const prefix = `${account} `;
    let newest: FoldedText | undefined;
    for (let after = prefix; ; ) {
      const page = await this.state.list(BUCKET, after, PAGE);
      for (const { key, value } of page) {
        if (!key.startsWith(prefix)) return newest;
        after = key;
        const text = schema.safeParse(value).data;
        if (text && text.at >= (newest?.at ?? 0)) newest = text;
      }
      if (page.length < PAGE) return newest;
    }
  }
}
