import bigInt from 'big-integer';
import { Api } from 'telegram';
import { TgError, type TgListener } from '../../client.js';
import type { TgEvent, UpdateState } from '../../events.js';
import type { PeerId, TgMessage } from '../../model.js';
import type { TgLimits } from '../../options.js';
import type { Changes, Directory } from '../directory.js';
import { type Requests, STOPPED } from '../requests.js';
import { AccountBox } from './account-box.js';
import { ChannelBoxes } from './channel-boxes.js';
import { Deliveries } from './deliveries.js';
import { chatOf, numbersOf } from './numbers.js';
import { longMessage } from './short-updates.js';

/** Dialogues looked through for channels in which something was missed. */
const DIALOGS = 100;

/** What the stream needs besides. */
export interface StreamServices {
  readonly requests: Requests;
  readonly directory: Directory;
  readonly listener: TgListener;
  readonly limits: TgLimits;
  me(): PeerId;
  /** Somebody has taken the QR code of a login. */
  loginTaken(): void;
  /** Whether that message is one that we have sent without hearing that it has arrived. */
  expects(message: TgMessage): boolean;
}

/** Puts what the server tells, by itself and with its answers, in order, and hands it on as events. */
export class UpdateStream {
  readonly #deliveries: Deliveries;
  readonly #channels: ChannelBoxes;
  #account: AccountBox | undefined;
  #looking: Promise<void> | undefined;

  constructor(private readonly services: StreamServices) {
    this.#deliveries = new Deliveries(services);
    this.#channels = new ChannelBoxes(services, this.#deliveries, (update) => this.#take(update, false));
  }

  get started(): boolean {
    return this.#account !== undefined;
  }

  /** Begins where events were accepted before; undefined: now. Rejects with TgError. */
  async start(state: UpdateState | undefined, channels: ReadonlyMap<PeerId, number>): Promise<void> {
    // Who begins anew since something else has failed goes on with what has begun.
    if (this.#account) return;
    this.#channels.start(channels);
    const begin = state ?? (await this.#now());
    this.#account = new AccountBox(begin, this.services, this.#deliveries, (update) =>
      this.#take(update, false),
    );
    if (state) this.#account.resume();
    else this.services.listener.reached(begin);
    this.#lookForChannels();
  }

  /** Something may have been lost while there was no connection. */
  connected(): void {
    if (!this.#account) return;
    this.#account.resume();
    this.#channels.resume();
    this.#lookForChannels();
  }

  /** Something was lost on the way. */
  missed(): void {
    this.#account?.catchUp();
  }

  /** Takes whatever the server tells; `quiet`: it is the answer to who has done it. Never throws. */
  handle(updates: Api.TypeUpdates, quiet = false): void {
    if (updates instanceof Api.Updates || updates instanceof Api.UpdatesCombined) {
      this.learn(updates.users, updates.chats);
      this.#see(updates.updates);
      const first = updates instanceof Api.UpdatesCombined ? updates.seqStart : updates.seq;
      const fresh = this.#account?.sequence(first, updates.seq, updates.date) ?? true;
      for (const update of updates.updates) if (fresh || numbersOf(update)) this.#take(update, quiet);
    } else if (updates instanceof Api.UpdateShort) this.#take(updates.update, quiet);
    else if (updates instanceof Api.UpdateShortMessage || updates instanceof Api.UpdateShortChatMessage) {
      const update = longMessage(updates, this.services.me());
      // They come without the people behind them: who is not known is told by the difference.
      if (this.#knows(update)) this.#take(update, quiet);
      else this.missed();
    } else if (updates instanceof Api.UpdatesTooLong) this.missed();
  }

  /** A request has changed something in that box by itself, and was told its numbers. */
  affected(pts: number, count: number, channel?: PeerId): void {
    const item = { update: undefined };
    if (channel === undefined) this.#account?.receive({ pts, count, item });
    else this.#channels.receive(channel, { pts, count, item });
  }

  /** Takes people and chats of any answer; what has changed of them is told. */
  learn(users: readonly Api.TypeUser[], chats: readonly Api.TypeChat[]): Changes {
    const changes = this.services.directory.learn(users, chats);
    const { people } = changes;
    const events: TgEvent[] = people.map((person) => ({ type: 'person', person }));
    events.push(...changes.chats.map((chat): TgEvent => ({ type: 'chat', chat })));
    if (this.started && events.length > 0) this.#deliveries.later(async () => events);
    for (const chat of changes.chats) if (chat.left) this.#channels.forget(chat.id);
    return changes;
  }

  async stop(): Promise<void> {
    await Promise.all([this.#account?.stop(), this.#channels.stop()]);
    this.#account = undefined;
  }

  /** Asks for the dialogues: who is behind them, and how far channels have come. Rejects with TgError. */
  async lookAtDialogs(): Promise<void> {
    const page = await this.services.requests.invoke(
      new Api.messages.GetDialogs({
        ...{ offsetDate: 0, offsetId: 0, offsetPeer: new Api.InputPeerEmpty(), limit: DIALOGS },
        hash: bigInt.zero,
      }),
    );
    if (page instanceof Api.messages.DialogsNotModified) return;
    this.learn(page.users, page.chats);
    for (const dialog of page.dialogs)
      if (dialog instanceof Api.Dialog && dialog.peer instanceof Api.PeerChannel && dialog.pts)
        this.#channels.hasCome(`c${dialog.peer.channelId}`, dialog.pts);
  }

  /** Which channels have gone on meanwhile is told by the list of dialogues; none of them is asked for nothing. */
  #lookForChannels(): void {
    // One that waits for the connection is as good as another.
    this.#looking ??= this.lookAtDialogs()
      .catch(() => undefined)
      .finally(() => {
        this.#looking = undefined;
      });
  }

  /** Where the server's counters are; waits until it can be asked. */
  async #now(): Promise<UpdateState> {
    for (;;)
      try {
        const { pts, qts, date, seq } = await this.services.requests.invoke(new Api.updates.GetState());
        return { pts, qts, date, seq };
      } catch (error) {
        if (!(error instanceof TgError && error.kind === 'unreachable') || error.reason === STOPPED)
          throw error;
      }
  }

  #take(update: Api.TypeUpdate, quiet: boolean): void {
    if (update instanceof Api.UpdateLoginToken) this.services.loginTaken();
    else if (update instanceof Api.UpdateDcOptions) this.services.requests.addresses.learn(update.dcOptions);
    if (!this.#account) return;
    const numbers = numbersOf(update);
    if (numbers) {
      const { channel, pts, count } = numbers;
      const item = { update: quiet ? undefined : update };
      if (channel === undefined) this.#account.receive({ pts, count, item });
      else this.#channels.receive(channel, { pts, count, item });
    } else if (update instanceof Api.UpdateChannelTooLong)
      this.#channels.tooLong(`c${update.channelId}`, update.pts ?? undefined);
    else if (update instanceof Api.UpdatePtsChanged) this.missed();
    else if (quiet) return;
    else if (isFleeting(update)) this.#deliveries.now(update);
    else {
      if ('qts' in update && typeof update.qts === 'number') this.#account.reachedQts(update.qts);
      const chat = chatOf(update);
      const box = chat?.startsWith('c') ? this.#channels.idle(chat) : this.#account.idle();
      this.#deliveries.later(async () => {
        await box;
        return this.#deliveries.events(update);
      });
    }
  }

  /** Whether everybody is known whom a message names. */
  #knows({ message }: Api.UpdateNewMessage): boolean {
    return this.#deliveries.unknownIn(message).length === 0;
  }

  /** Remembers by which message somebody can be named. */
  #see(updates: readonly Api.TypeUpdate[]): void {
    for (const update of updates) if (isNewMessage(update)) this.#deliveries.see(update.message);
  }
}

function isNewMessage(update: Api.TypeUpdate): update is Api.UpdateNewMessage | Api.UpdateNewChannelMessage {
  return update instanceof Api.UpdateNewMessage || update instanceof Api.UpdateNewChannelMessage;
}

/** Things that are worth nothing a moment later, and have no order. */
function isFleeting(update: Api.TypeUpdate): boolean {
  return (
    update instanceof Api.UpdateUserStatus ||
    update instanceof Api.UpdateUserTyping ||
    update instanceof Api.UpdateChatUserTyping ||
    update instanceof Api.UpdateChannelUserTyping
  );
}
