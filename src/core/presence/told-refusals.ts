import type { PlaceId } from '../../gateway/ids.js';
import type { Store } from '../../store/store.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';

/** The core's own bucket among the states of networks. */
const BUCKET = 'core:told-refusals';
/** Read at a time after a start. */
const PAGE = 500;

/**
 * Who has been told that the network refuses him, and why: a start of the gateway is no reason to tell him again. Kept
 * until the network lets him in.
 */
export class ToldRefusals {
  /** Key of the text, by account and place. */
  readonly #told = new Map<string, string>();

  constructor(
    private readonly context: Pick<DomainContext, 'options' | 'log'> & {
      readonly store: Pick<Store, 'states'>;
    },
  ) {}

  /** After a start: what the last run has told. */
  async read(): Promise<void> {
    const { store, options } = this.context;
    for (let after = ''; ; ) {
      const page = await store.states.list(options.domain, BUCKET, after, PAGE);
      for (const { key, value } of page) {
        this.#told.set(key, value);
        after = key;
      }
      if (page.length < PAGE) return;
    }
  }

  has(account: Account, place: PlaceId | undefined, text: string): boolean {
    return this.#told.get(keyOf(account, place)) === JSON.stringify(text);
  }

  add(account: Account, place: PlaceId | undefined, text: string): void {
    const { store, options } = this.context;
    const row = { key: keyOf(account, place), value: JSON.stringify(text), account: account.record.id };
    this.#told.set(row.key, row.value);
    this.#kept(store.states.put(options.domain, BUCKET, row));
  }

  /** The network has let him in. */
  delete(account: Account, place: PlaceId | undefined): void {
    const { store, options } = this.context;
    const key = keyOf(account, place);
    if (this.#told.delete(key)) this.#kept(store.states.delete(options.domain, BUCKET, key));
  }

  /** What is not kept is told once more: no harm. */
  #kept(written: Promise<void>): void {
    written.catch((error: unknown) => {
      this.context.log.warn({ err: error }, 'what a user was told could not be kept');
    });
  }
}

const keyOf = ({ record }: Account, place: PlaceId | undefined): string => `${record.id} ${place ?? ''}`;
