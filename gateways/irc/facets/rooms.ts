import { GatewayError } from '../../../src/gateway/error.js';
import type { Affiliation } from '../../../src/gateway/event.js';
import type { ContactId, MemberId, PlaceId, RoomId } from '../../../src/gateway/ids.js';
import type { RoomChanges, RoomListing, RoomsFacet } from '../../../src/gateway/session.js';
import { isNickname } from '../address.js';
import { lowerAscii } from '../ids.js';
import type { IrcContext } from '../link/context.js';
import type { Link } from '../link/link.js';
import { effectiveNick } from '../link/nickname.js';
import type { Room } from '../link/room.js';
import { standingOf } from '../network/modes.js';
import type { IrcSession } from '../session.js';
import { reasonOf } from '../text/reason.js';
import { isMiddle } from '../wire/sanitise.js';
import { equalBans, fetchBans, matchingBans } from './bans.js';
import { fetchChannelList } from './channel-list.js';
import { settingModes } from './channel-settings.js';
import { affiliationChanges, bannable, modeLines, roleChanges } from './grants.js';

/** Channels as rooms. */
export class IrcRooms implements RoomsFacet {
  readonly #session: IrcSession;
  readonly #context: IrcContext;

  constructor(session: IrcSession, context: IrcContext) {
    this.#session = session;
    this.#context = context;
  }

  join(
    id: RoomId,
    options: { readonly nick: string; readonly others?: readonly string[]; readonly password?: string },
  ): void {
    const { server } = this.#context.codec.split(id);
    const link = this.#session.linkTo(server);
    if (link === undefined) {
      const { serversPerAccount } = this.#context.options.limits;
      const text = { key: 'irc-too-many-servers', args: { limit: serversPerAccount } };
      this.#session.emit({
        type: 'room-refused',
        room: id,
        error: new GatewayError('limit', text),
      });
      return;
    }
    if (link.phase === 'failed' && link.state.state === 'bad-credentials') {
      link.emit({ type: 'room-refused', room: id, error: link.unreachable() });
      return;
    }
    link.rooms.join(id, options.password);
    if (link.rooms.withId(id) !== undefined) link.start(options.nick, options.others);
  }

  leave(id: RoomId, reason?: string): void {
    const link = this.#session.existingLink(this.#context.codec.split(id).server);
    if (link !== undefined) link.rooms.leave(id, reasonOf(reason, link.network.isupport.kickLength));
    else this.#session.emit({ type: 'room-left', room: id, cause: 'left' });
  }

  async setSubject(id: RoomId, subject: string): Promise<void> {
    const { link, room } = this.#session.joined(id);
    const text = reasonOf(subject, link.network.isupport.topicLength);
    await link.request('topic', `TOPIC ${room.name} :${text}`, [room.name]);
  }

  async changeNick(id: RoomId, nick: string): Promise<void> {
    const link = this.#session.existingLink(this.#context.codec.split(id).server);
    if (link === undefined) throw new GatewayError('not-joined', { key: 'irc-not-joined' });
    const wanted = effectiveNick(nick, link.network.isupport.nickLength);
    if (!isNickname(wanted)) throw new GatewayError('nick-invalid', { key: 'irc-bad-nick' });
    if (wanted === link.nick) return;
    await link.request('nick', `NICK ${wanted}`, [wanted]);
    link.wantNick(wanted);
  }

  async kick(id: RoomId, member: MemberId, reason?: string): Promise<void> {
    const { link, room } = this.#session.joined(id);
    await kick(link, room, nickname(member), reason);
  }

  async setRole(id: RoomId, member: MemberId, role: 'moderator' | 'participant' | 'visitor'): Promise<void> {
    const { link, room } = this.#session.joined(id);
    const held = room.channel.rankOf(member);
    await changeModes(link, room, nickname(member), roleChanges(held, role, link.network.isupport));
  }

  async setAffiliation(
    id: RoomId,
    who: { readonly member?: MemberId; readonly contact?: ContactId; readonly text?: string },
    affiliation: Affiliation,
    reason?: string,
  ): Promise<void> {
    const { link, room } = this.#session.joined(id);
    if (who.text !== undefined) return changeMask(link, room, who.text, affiliation);
    const nick = nickname(who.member ?? (who.contact === undefined ? '' : this.#nickOf(link, who.contact)));
    const member = link.network.member(nick);
    if (affiliation === 'outcast') return this.#ban(link, room, nick, who.member !== undefined, reason);
    const changes = affiliationChanges(room.channel.rankOf(member), affiliation, link.network.isupport);
    if (affiliation === 'none' && changes.length === 0) return this.#unban(link, room, nick);
    await changeModes(link, room, nick, changes);
  }

  async listAffiliation(
    id: RoomId,
    affiliation: Affiliation,
  ): Promise<readonly { readonly contact?: ContactId; readonly text: string; readonly reason?: string }[]> {
    const { link, room } = this.#session.joined(id);
    if (affiliation === 'outcast') return fetchBans(link, room);
    if (affiliation === 'none') return [];
    return [...room.channel.ranked()]
      .filter(([, held]) => standingOf(held).affiliation === affiliation)
      .map(([member]) => ({ contact: link.network.contact(member), text: member }));
  }

  async invite(id: RoomId, contact: ContactId): Promise<void> {
    const { link, room } = this.#session.joined(id);
    const nick = nickname(this.#nickOf(link, contact));
    await link.request('invite', `INVITE ${nick} ${room.name}`, [nick, room.name]);
  }

  async configure(id: RoomId, changes: RoomChanges): Promise<void> {
    const { link, room } = this.#session.joined(id);
    const { isupport } = link.network;
    const modes = settingModes(changes, { modes: room.channel.modes, key: room.password }, isupport);
    for (const line of modeLines(room.name, modes, isupport))
      await link.request('mode', line, [room.name, ...modes.map(({ mode }) => mode)]);
    // Needed to come back after a lost connection.
    if (changes.password !== undefined) room.password = changes.password;
    else if (changes.passwordProtected === false) room.password = undefined;
  }

  list(place: PlaceId): Promise<readonly RoomListing[]> {
    const link = this.#session.linkTo(place);
    if (link === undefined)
      return Promise.reject(new GatewayError('limit', { key: 'irc-too-many-waiting' }, 'not-sent', true));
    return fetchChannelList(link, this.#context.options);
  }

  effectiveNick(id: RoomId, nick: string): string {
    const { server } = this.#context.codec.split(id);
    const maxBytes = this.#session.existingLink(server)?.network.isupport.nickLength;
    return effectiveNick(nick, maxBytes ?? Number.POSITIVE_INFINITY);
  }

  /** A contact of this very network. */
  #nickOf(link: Link, contact: ContactId): string {
    const { name, server } = this.#context.codec.split(contact);
    return server === link.network.host ? name : '';
  }

  async #ban(
    link: Link,
    room: Room,
    nick: string,
    present: boolean,
    reason: string | undefined,
  ): Promise<void> {
    const mask = await bannable(link, nick, this.#context.options.timeouts.queryMs);
    await link.request('mode', `MODE ${room.name} +b ${mask}`, [room.name]);
    if (present) await kick(link, room, nick, reason);
  }

  async #unban(link: Link, room: Room, nick: string): Promise<void> {
    await liftBans(link, room, matchingBans(await fetchBans(link, room), nick));
  }
}

/** An entry of the ban list by its own words. */
async function changeMask(link: Link, room: Room, mask: string, affiliation: Affiliation): Promise<void> {
  if (!isMiddle(mask)) throw new GatewayError('not-found', { key: 'irc-bad-mask' });
  if (affiliation === 'outcast') return link.request('mode', `MODE ${room.name} +b ${mask}`, [room.name]);
  const masks = affiliation === 'none' ? equalBans(await fetchBans(link, room), mask) : [];
  if (masks.length === 0) throw new GatewayError('not-found', { key: 'irc-bad-mask' });
  await liftBans(link, room, masks);
}

async function liftBans(link: Link, room: Room, masks: readonly string[]): Promise<void> {
  const changes = masks.map((mask) => ({ add: false, mode: 'b', param: mask }));
  for (const line of modeLines(room.name, changes, link.network.isupport))
    await link.request('mode', line, [room.name]);
}

async function kick(link: Link, room: Room, nick: string, reason: string | undefined): Promise<void> {
  const words = reasonOf(reason, link.network.isupport.kickLength);
  const line = `KICK ${room.name} ${nick}`;
  await link.request('kick', words === '' ? line : `${line} :${words}`, [nick, room.name]);
}

async function changeModes(
  link: Link,
  room: Room,
  nick: string,
  changes: readonly { readonly add: boolean; readonly mode: string }[],
): Promise<void> {
  const lines = modeLines(
    room.name,
    changes.map((change) => ({ ...change, param: nick })),
    link.network.isupport,
  );
  for (const line of lines) await link.request('mode', line, [room.name, nick]);
}

/** What stands as a parameter of a command must be a nick, whatever it came from (F26). */
function nickname(text: string): string {
  const nick = lowerAscii(text);
  if (!isNickname(nick)) throw new GatewayError('not-found', { key: 'irc-bad-nick' });
  return nick;
}
