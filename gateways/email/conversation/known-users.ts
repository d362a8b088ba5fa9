import type { AccountView } from '../../../src/gateway/gateway.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import { type EmailSettings, settingsOf } from '../account/settings.js';

const BUCKET = 'users';

/** What decides how mail is shown, of users who have no session just now: mail comes to the gateway's domain all the same. */
export class KnownUsers {
  constructor(private readonly state: NetworkState) {}

  /** Durable when it resolves; written only when it has changed. */
  async note({ id, settings }: AccountView): Promise<void> {
    const { show, rooms, domainAddress, mailbox } = settingsOf({ settings });
    const value = { show, rooms, domainAddress, address: mailbox?.address };
    const before = await this.state.get(BUCKET, String(id));
    if (JSON.stringify(before?.value) === JSON.stringify(value)) return;
    await this.state.put(BUCKET, { key: String(id), account: id, value });
  }

  /** The user lets no mail be shown any more. */
  async forget(account: AccountId): Promise<void> {
    await this.state.delete(BUCKET, String(account));
  }

  /** Settings as far as they are known; undefined: nothing is to be shown to that account. */
  async settingsOf(account: AccountId): Promise<EmailSettings | undefined> {
    const entry = await this.state.get(BUCKET, String(account));
    return entry && settingsOf({ settings: entry.value });
  }
}
