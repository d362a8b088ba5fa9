import type { AccountId, ContactId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';

const OPT_OUTS = 'opt-outs';

/** People who have written STOP to a number: nothing goes to them from it until they write START. */
export class OptOuts {
  constructor(private readonly state: NetworkState) {}

  async has(number: string, person: ContactId): Promise<boolean> {
    return (await this.state.get(OPT_OUTS, `${number} ${person}`)) !== undefined;
  }

  /**
   * Kept without end: a wish to be left alone does not expire, whoever has the number. `owner`: whose own the number is,
   * with whose registration it goes (C19).
   */
  async add(number: string, person: ContactId, owner?: AccountId): Promise<void> {
    const key = `${number} ${person}`;
    await this.state.put(OPT_OUTS, { key, value: {}, ...(owner !== undefined && { account: owner }) });
  }

  async remove(number: string, person: ContactId): Promise<void> {
    await this.state.delete(OPT_OUTS, `${number} ${person}`);
  }
}
