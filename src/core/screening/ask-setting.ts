import type { Store } from '../../store/store.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';

/** The core's own bucket among the states of networks. */
const BUCKET = 'core:ask-unknown';

/** Whether a user is asked before unknown people may write to him: his own choice, else the operator's. */
export class AskSetting {
  constructor(
    private readonly context: Pick<DomainContext, 'options'> & { readonly store: Pick<Store, 'states'> },
  ) {}

  async read(account: Account): Promise<boolean> {
    const { options, store } = this.context;
    const row = await store.states.get(options.domain, BUCKET, account.owner);
    return row ? row.value === 'true' : options.contacts.askUnknown;
  }

  /** What is as the operator says is not written down, so that it changes with him. */
  async write(account: Account, asks: boolean): Promise<void> {
    const { options, store } = this.context;
    if (asks === options.contacts.askUnknown) {
      await store.states.delete(options.domain, BUCKET, account.owner);
    } else {
      const row = { key: account.owner, value: JSON.stringify(asks), account: account.record.id };
      await store.states.put(options.domain, BUCKET, row);
    }
  }
}
