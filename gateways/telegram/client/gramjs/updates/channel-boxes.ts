import { Api } from 'telegram';
import { type Difference, type Numbered, OrderedBox } from '../../../updates/ordered-box.js';
import { TgError } from '../../client.js';
import type { PeerId } from '../../model.js';
import type { Deliveries, Item } from './deliveries.js';
import { numbersOf } from './numbers.js';
import { Retries } from './retries.js';
import type { StreamServices } from './update-stream.js';

/** Events asked for at a time (core.telegram.org/method/updates.getChannelDifference). */
const PAGE = 100;
/** The account cannot see into the channel any more. */
const CLOSED = ['CHANNEL_PRIVATE', 'CHANNEL_INVALID', 'CHANNEL_PUBLIC_GROUP_NA', 'PEER_NOT_KNOWN'];

interface Channel {
  readonly box: OrderedBox<Item>;
  readonly retries: Retries;
  /** The last try has failed. */
  failed: boolean;
}

/** The numbered events of supergroups and channels, each of which counts its own. */
export class ChannelBoxes {
  readonly #boxes = new Map<PeerId, Channel>();
  /** Channels in which nothing has happened yet. */
  readonly #known = new Map<PeerId, number>();

  constructor(
    private readonly services: StreamServices,
    private readonly deliveries: Deliveries,
    private readonly other: (update: Api.TypeUpdate) => void,
  ) {}

  /** How far events were accepted before. */
  start(channels: ReadonlyMap<PeerId, number>): void {
    for (const [id, pts] of channels) this.#known.set(id, pts);
  }

  receive(id: PeerId, numbered: Numbered<Item>): void {
    this.#of(id, numbered.pts - numbered.count).box.receive(numbered);
  }

  /** The server will not tell what happened there unless it is asked. */
  tooLong(id: PeerId, pts: number | undefined): void {
    if (!this.#boxes.has(id) && !this.#known.has(id)) {
      this.deliveries.later(async () => [{ type: 'gap', chat: id }]);
      if (pts === undefined) return;
    }
    this.#of(id, pts ?? 0).box.catchUp();
  }

  /** The channel is known to have come that far. */
  hasCome(id: PeerId, pts: number): void {
    const before = this.#boxes.get(id)?.box.pts ?? this.#known.get(id);
    if (before === undefined) {
      this.#known.set(id, pts);
      this.services.listener.channelReached(id, pts);
    } else if (before < pts) this.#of(id, before).box.catchUp();
  }

  /** The account is not there any more. */
  forget(id: PeerId): void {
    const channel = this.#boxes.get(id);
    this.#boxes.delete(id);
    this.#known.delete(id);
    channel?.retries.stop();
    void channel?.box.stop();
  }

  /** There is a connection again. */
  resume(): void {
    for (const { box, retries, failed } of this.#boxes.values()) {
      retries.reset();
      if (failed) box.resume();
    }
  }

  async idle(id: PeerId): Promise<void> {
    await this.#boxes.get(id)?.box.idle();
  }

  async stop(): Promise<void> {
    const channels = [...this.#boxes.values()];
    this.#boxes.clear();
    this.#known.clear();
    for (const { retries } of channels) retries.stop();
    await Promise.all(channels.map(({ box }) => box.stop()));
  }

  /** @param pts where it begins when nothing is known of it */
  #of(id: PeerId, pts: number): Channel {
    const known = this.#boxes.get(id);
    if (known) return known;
    const { limits, listener } = this.services;
    const retries = new Retries(limits, () => channel.box.resume());
    const watch = async <Result>(act: () => Promise<Result>): Promise<Result> => {
      channel.failed = true;
      const result = await retries.watch(act);
      channel.failed = false;
      return result;
    };
    const box = new OrderedBox<Item>(
      this.#known.get(id) ?? pts,
      {
        fetch: (from) => watch(() => this.#fetch(id, from)),
        apply: (item) => watch(() => this.deliveries.apply(item)),
        gap: () => watch(() => this.deliveries.gap(id)),
        reached: (to) => listener.channelReached(id, to),
      },
      { patienceMs: limits.gapMs, most: limits.mostEvents },
    );
    const channel: Channel = { box, retries, failed: false };
    this.#known.delete(id);
    this.#boxes.set(id, channel);
    return channel;
  }

  async #fetch(id: PeerId, pts: number): Promise<Difference<Item>> {
    try {
      return this.#read(
        pts,
        await this.services.requests.invoke(
          new Api.updates.GetChannelDifference({
            ...{ channel: await this.services.directory.inputChannel(id), pts, limit: PAGE },
            ...{ filter: new Api.ChannelMessagesFilterEmpty(), force: false },
          }),
        ),
      );
    } catch (error) {
      if (!(error instanceof TgError && error.kind === 'refused')) throw error;
      if (CLOSED.includes(error.reason)) {
        this.forget(id);
        throw error;
      }
      // It knows no such place among the channel's events, or tells what nobody can read: it would the next time too.
      return { kind: 'too-long', items: [], pts: await this.#ptsOf(id) };
    }
  }

  #read(pts: number, told: Api.updates.TypeChannelDifference): Difference<Item> {
    if (told instanceof Api.updates.ChannelDifferenceEmpty)
      return { kind: 'part', items: [], pts: Math.max(pts, told.pts), final: true };
    this.services.directory.learn(told.users, told.chats);
    if (told instanceof Api.updates.ChannelDifferenceTooLong) {
      const now = told.dialog instanceof Api.Dialog ? told.dialog.pts : undefined;
      return { kind: 'too-long', items: [], pts: now ?? pts };
    }
    for (const message of told.newMessages) this.deliveries.see(message);
    const messages = told.newMessages.map((message) => ({
      update: new Api.UpdateNewChannelMessage({ message, pts: 0, ptsCount: 0 }),
    }));
    const rest: Item[] = [];
    for (const update of told.otherUpdates)
      if (numbersOf(update)) rest.push({ update });
      else this.other(update);
    return { kind: 'part', items: [...messages, ...rest], pts: told.pts, final: told.final === true };
  }

  async #ptsOf(id: PeerId): Promise<number> {
    const channel = await this.services.directory.inputChannel(id);
    const { fullChat } = await this.services.requests.invoke(new Api.channels.GetFullChannel({ channel }));
    return fullChat instanceof Api.ChannelFull ? fullChat.pts : 0;
  }
}
