import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { AccountId, ContactId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import { digestOf } from './digest.js';
import type { Reading } from './reading.js';

const BUCKET = 'faces';

/** Pictures of people as their mails bring them, each account its own: nobody else vouches for them. */
export class Faces {
  constructor(
    private readonly state: NetworkState,
    private readonly limits: { readonly maxBytes: number; readonly keepMs: number },
    private readonly now: () => number,
  ) {}

  /**
   * Keeps the picture that a mail brings. Its id; empty: he has taken it away; undefined: the mail says nothing of it,
   * or nothing that could be kept.
   */
  async take(account: AccountId, contact: ContactId, reading: Reading): Promise<string | undefined> {
    if (reading.chat?.faceless === true) {
      await this.state.delete(BUCKET, keyOf(account, contact));
      return '';
    }
    const picture = reading.face;
    if (picture === undefined || picture.length === 0 || picture.length > this.limits.maxBytes)
      return undefined;
    const id = createHash('sha256').update(picture).digest('hex');
    const key = keyOf(account, contact);
    if ((await this.state.get(BUCKET, key))?.value.id === id) return id;
    const value = { id, picture: picture.toString('base64') };
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
