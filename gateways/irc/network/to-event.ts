import type { RoomMember, RoomMessage } from '../../../src/gateway/event.js';
import type { MemberId } from '../../../src/gateway/ids.js';
import { isFormatted, plainText } from '../text/format.js';
import { type Frame, nickOf, paramsOf } from '../wire/line.js';
import type { Channel } from './channel.js';
import {
  type ModeChange,
  modesOfSymbols,
  parseModes,
  standingOf,
  traitsOf,
  withMode,
  withTrait,
} from './modes.js';
import type { Network } from './network.js';
import type { Observed, SharedEvent } from './observed.js';

/** CTCP ACTION (`/me`); an end mark may be missing. */
const actionStart = '\x01ACTION ';

/** Text of a message and how it is meant; undefined for CTCP other than ACTION and for what holds no text. */
export function spoken(
  text: string,
  notice: boolean,
): { readonly text: string; readonly style: RoomMessage['style']; readonly styled: boolean } | undefined {
  const action = text.startsWith(actionStart);
  if (!action && text.charCodeAt(0) === 1) return undefined;
  const end = action && text.endsWith('\x01') ? -1 : text.length;
  const words = plainText(action ? text.slice(actionStart.length, end) : text);
  // Nothing but colours: there is nothing to show.
  if (words === '') return undefined;
  return {
    text: words,
    style: action ? 'action' : notice ? 'notice' : 'text',
    styled: isFormatted(text),
  };
}

/** Text after the target of PRIVMSG or NOTICE. */
export function trailingAfter(frame: Frame, at: number): string {
  const { body } = frame;
  let start = at;
  while (body.charCodeAt(start) === 32) start++;
  return body.slice(body.charCodeAt(start) === 58 ? start + 1 : start);
}

/** PRIVMSG or NOTICE in a channel. */
export function toRoomMessage(
  network: Network,
  channel: Channel,
  nick: string,
  text: string,
  notice: boolean,
  time: number | undefined,
): RoomMessage | undefined {
  const said = spoken(text, notice);
  if (said === undefined || nick === '') return undefined;
  return {
    type: 'room-message',
    room: channel.id,
    member: network.member(nick),
    nick,
    text: said.text,
    style: said.style,
    memo: undefined,
    ...(time === undefined ? {} : { time }),
  };
}

/** JOIN, PART, KICK, MODE, TOPIC of others, applied to what is known of the channel. */
export function toChannelEvent(network: Network, channel: Channel, frame: Frame, now: number): Observed {
  const nick = nickOf(frame);
  const params = paramsOf(frame);
  switch (frame.command) {
    case 'JOIN': {
      channel.setRank(network.member(nick), '');
      return {
        type: 'member-joined',
        room: channel.id,
        member: memberFor(network, nick, ''),
        memo: undefined,
      };
    }
    case 'PART':
      return left(network, channel, nick, 'left', undefined, params[1]);
    case 'KICK':
      return toKick(network, channel, nick, params, now);
    case 'TOPIC':
      return {
        type: 'subject-changed',
        room: channel.id,
        member: network.member(nick),
        subject: { text: plainText(params[1] ?? ''), by: nick, time: now },
        memo: undefined,
      };
    case 'MODE':
      return toModeEvents(
        network,
        channel,
        nick,
        parseModes(params[1] ?? '', params.slice(2), network.isupport),
        now,
      );
    default:
      return undefined;
  }
}

function left(
  network: Network,
  channel: Channel,
  nick: string,
  cause: 'left' | 'removed' | 'banned',
  by: string | undefined,
  reason: string | undefined,
): SharedEvent {
  const member = network.member(nick);
  channel.setRank(member, '');
  return {
    type: 'member-left',
    room: channel.id,
    member,
    cause,
    memo: undefined,
    ...(by === undefined ? {} : { by }),
    ...(reason === undefined || reason === '' ? {} : { reason: plainText(reason) }),
  };
}

function toKick(
  network: Network,
  channel: Channel,
  by: string,
  params: readonly string[],
  now: number,
): Observed {
  const target = params[1];
  if (target === undefined || target === '') return undefined;
  return left(network, channel, target, kickCause(channel, by, now), by, params[2]);
}

/** A ban removes nobody on IRC: whoever bans and then kicks at once has banned. */
const banThenKickMs = 10_000;

/** Whether a kick follows a ban by the same person. */
export function kickCause(channel: Channel, by: string, now: number): 'removed' | 'banned' {
  const ban = channel.lastBan;
  return ban !== undefined && ban.by === by && now - ban.at <= banThenKickMs ? 'banned' : 'removed';
}

function toModeEvents(
  network: Network,
  channel: Channel,
  by: string,
  changes: readonly ModeChange[],
  now: number,
): Observed {
  const members = new Map<MemberId, string>();
  let modes = channel.modes;
  for (const { add, mode, param } of changes) {
    if (network.isupport.prefixModes.includes(mode)) {
      if (param === undefined) continue;
      const member = network.member(param);
      members.set(
        member,
        withMode(members.get(member) ?? channel.rankOf(member), mode, add, network.isupport),
      );
    } else if (network.isupport.listModes.includes(mode)) {
      if (mode === 'b' && add) channel.lastBan = { by, at: now };
    } else modes = withTrait(modes, mode, add);
  }
  const events: SharedEvent[] = [];
  for (const [member, held] of members) {
    channel.setRank(member, held);
    events.push({
      type: 'member-changed',
      room: channel.id,
      member,
      ...standingOf(held),
      by,
      memo: undefined,
    });
  }
  if (modes !== channel.modes) {
    channel.modes = modes;
    events.push({ type: 'traits-changed', room: channel.id, traits: traitsOf(modes), memo: undefined });
  }
  return events.length === 1 ? events[0] : events;
}

/** QUIT, NICK and AWAY: what concerns a person in all channels of the network. */
export function toPersonEvent(network: Network, frame: Frame): Observed {
  const nick = nickOf(frame);
  if (nick === '') return undefined;
  const [first] = paramsOf(frame);
  const member = network.member(nick);
  switch (frame.command) {
    case 'QUIT':
      return {
        type: 'person-left',
        place: network.place,
        member,
        contact: network.contact(nick),
        memo: undefined,
        ...(first === undefined || first === '' ? {} : { reason: plainText(first) }),
      };
    case 'NICK':
      if (first === undefined || first === '') return undefined;
      return {
        type: 'person-renamed',
        place: network.place,
        from: member,
        to: network.member(first),
        nick: first,
        contact: network.contact(first),
        memo: undefined,
      };
    case 'AWAY':
      return {
        type: 'person-away',
        place: network.place,
        member,
        contact: network.contact(nick),
        away: first !== undefined && first !== '',
        memo: undefined,
        ...(first === undefined || first === '' ? {} : { text: plainText(first) }),
      };
    default:
      return undefined;
  }
}

/** A member with the rank that these modes give. */
export function memberFor(network: Network, nick: string, held: string): RoomMember {
  return { id: network.member(nick), nick, contact: network.contact(nick), ...standingOf(held) };
}

/** One token of RPL_NAMREPLY (353), with all prefixes (multi-prefix) and `user@host` or without. */
export function memberOfToken(
  network: Network,
  channel: Channel,
  token: string,
  cacheMost: number,
): RoomMember | undefined {
  const { prefixSymbols } = network.isupport;
  let start = 0;
  while (start < token.length && prefixSymbols.includes(token.charAt(start))) start++;
  const held = start === 0 ? '' : modesOfSymbols(token.slice(0, start), network.isupport);
  let member = channel.cachedMember(token);
  if (member === undefined) {
    const mark = token.indexOf('!', start);
    const nick = mark < 0 ? token.slice(start) : token.slice(start, mark);
    if (nick === '') return undefined;
    member = memberFor(network, nick, held);
    if (channel.observers > 1) channel.cacheMember(token, member, cacheMost);
  }
  if (channel.rankOf(member.id) !== held) channel.setRank(member.id, held);
  return member;
}
