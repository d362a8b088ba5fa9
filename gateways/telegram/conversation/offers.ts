import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import type { PeerId, TgMessage } from '../client/model.js';
import { isPressable, numberedButtons } from '../content/buttons.js';

const OFFERS = 'offers';
const POLLS = 'polls';

/** Where a poll was asked. */
export interface PollPlace {
  readonly chat: PeerId;
  readonly message: number;
}

/** The last message of each chat that one can vote in or press a button of, and where polls are: results come without. */
export class Offers {
  constructor(
    private readonly state: NetworkState,
    private readonly account: AccountId,
    private readonly keepMs: number,
    private readonly now: () => number,
  ) {}

  /** Resolves when it is remembered, if there is anything to remember. */
  async note(message: TgMessage): Promise<void> {
    const { chat, id, media } = message;
    const poll = media?.kind === 'poll' ? media.poll : undefined;
    if (!poll && !numberedButtons(message).some(isPressable)) return;
    await this.#put(OFFERS, chat, { message: id });
    if (poll) await this.#put(POLLS, poll.id, { chat, message: id });
  }

  async latest(chat: PeerId): Promise<number | undefined> {
    const message = (await this.state.get(OFFERS, this.#key(chat)))?.value.message;
    return typeof message === 'number' ? message : undefined;
  }

  async placeOf(poll: string): Promise<PollPlace | undefined> {
    const { chat, message } = (await this.state.get(POLLS, this.#key(poll)))?.value ?? {};
    if (typeof chat !== 'string' || typeof message !== 'number') return undefined;
    return { chat: chat as PeerId, message };
  }

  #put(bucket: string, name: string, value: Readonly<Record<string, unknown>>): Promise<void> {
    const { account } = this;
    return this.state.put(bucket, {
      ...{ key: this.#key(name), value, account },
      expiresAt: this.now() + this.keepMs,
    });
  }

  #key(name: string): string {
    return `${this.account} ${name}`;
  }
}
