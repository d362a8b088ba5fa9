import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { AccountId, ContactId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import type { MailPicture } from '../content/picture.js';
import { digestOf } from './digest.js';

const BUCKET = 'faces';

/** Pictures of people as their mails bring them, each account its own: nobody else vouches for them. */
export class Faces {
  constructor(
    private readonly state: NetworkState,
    private readonly limits: { readonly maxBytes: number; readonly keepMs: number },
    private readonly now: () => number,
  ) {}

  /**
   * Keeps the picture that a mail brings. Its id; empty: he has taken it away; undefined: nothing that could be kept.
   */
  async take(
    account: AccountId,
    contact: ContactId,
    picture: MailPicture | 'none' | undefined,
  ): Promise<string | undefined> {
    const key = keyOf(account, contact);
    if (picture === 'none') {
      await this.state.delete(BUCKET, key);
      return '';
    }
    if (picture === undefined || picture.bytes.length > this.limits.maxBytes) return undefined;
    const id = createHash('sha256').update(picture.bytes).digest('hex');
    if ((await this.state.get(BUCKET, key))?.value.id === id) return id;
    const value = { id, picture: Buffer.from(picture.bytes).toString('base64') };
    await this.state.put(BUCKET, { key, account, value, expiresAt: this.now() + this.limits.keepMs });
    return id;
  }

  /** The picture of that id; undefined when there is another one now. */
  async open(account: AccountId, contact: ContactId, id: string): Promise<Readable | undefined> {
    const { value } = (await this.state.get(BUCKET, keyOf(account, contact))) ?? {};
    if (value?.id !== id || typeof value.picture !== 'string') return undefined;
    return Readable.from([Buffer.from(value.picture, 'base64')], { objectMode: false });
  }
}

function keyOf(account: AccountId, contact: ContactId): string {
  return `${account} ${digestOf(contact)}`;
}
