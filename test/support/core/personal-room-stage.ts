import type { InboundEvent, RoomMessage } from '../../../src/gateway/event.js';
import type { AccountId, MemberId, NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { MemoryPost } from '../memory-network/post.js';
import { contactOf, memberOf } from '../memory-network/world.js';
import { DOMAIN, ROMEO, RoomStage, type RoomStageOptions, TEA } from './room-stage.js';

const TEA_ROOM = '#tea' as RoomId;

/** A domain of a network that stores, with users who are registered and online, and rooms that are their own. */
export class PersonalRoomStage extends RoomStage {
  readonly post: MemoryPost;
  #named = 0;

  constructor(options: RoomStageOptions & { readonly post?: MemoryPost } = {}) {
    const { post = new MemoryPost() } = options;
    super({ ...options, network: { ...options.network, post } });
    this.post = post;
  }

  static async start(
    options: RoomStageOptions & { readonly post?: MemoryPost } = {},
    ...users: readonly string[]
  ): Promise<PersonalRoomStage> {
    const stage = new PersonalRoomStage(options);
    for (const user of users.length === 0 ? [ROMEO] : users) await stage.register(user);
    return stage;
  }

  async register(user: string): Promise<void> {
    const nick = user.replace(/@.*/, '');
    const values = `<nick>${nick}</nick><password>secret</password>`;
    await this.ask('set', user, DOMAIN, `<query xmlns='${NS.REGISTER}'>${values}</query>`);
    await this.receive(`<presence from='${user}' to='${DOMAIN}'/>`);
    this.take();
  }

  /** The network brings a message of a room to a user; resolves when the gateway has taken it. */
  async brings(text: string, more: Partial<RoomMessage> = {}, user = ROMEO): Promise<NetworkMessageId> {
    this.#named += 1;
    const nick = more.nick ?? 'Alice';
    const id = more.id ?? (`n${this.#named}` as NetworkMessageId);
    await this.host.emit(this.accountOf(user), {
      type: 'room-message',
      room: TEA_ROOM,
      member: memberOf(nick) as MemberId,
      nick,
      contact: contactOf(nick),
      text,
      style: 'text',
      ...more,
      id,
    });
    await this.settled();
    return id;
  }

  /** As {@link brings}; returns what was sent. */
  async hears(text: string, more: Partial<RoomMessage> = {}, user = ROMEO): Promise<XmlElement[]> {
    await this.brings(text, more, user);
    return this.take();
  }

  /** The network tells of something; returns what was sent when the gateway has taken it. */
  async happens(event: InboundEvent, user = ROMEO): Promise<XmlElement[]> {
    await this.host.emit(this.accountOf(user), event);
    await this.settled();
    return this.take();
  }

  accountOf(user: string): AccountId {
    const row = this.store.row(user.replace(/\/.*/, ''));
    if (!row) throw new Error(`${user} has no account`);
    return row.id as AccountId;
  }

  async leave(from: string, nick: string, room = TEA): Promise<void> {
    await this.receive(`<presence from='${from}' to='${room}/${nick}' type='unavailable'/>`);
    this.take();
  }

  /** Bodies in a user's archive of a room, oldest first. */
  async archived(user = ROMEO, room = TEA): Promise<readonly string[]> {
    const stanzas = await this.archive(user, room);
    return stanzas.map((stanza) => stanza.childText('body', NS.CLIENT) ?? '');
  }

  /** What is in a user's archive of a room, oldest first. */
  async archive(user = ROMEO, room = TEA): Promise<readonly XmlElement[]> {
    const sent = await this.ask('set', user, room, `<query xmlns='${NS.MAM}'/>`);
    return sent.flatMap((stanza) => {
      const forwarded = stanza.child('result', NS.MAM)?.child('forwarded', NS.FORWARD);
      return forwarded?.child('message', NS.CLIENT) ?? [];
    });
  }
}
