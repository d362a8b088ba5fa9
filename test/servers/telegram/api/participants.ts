import { Api } from 'telegram';
import { long, personPeer } from '../world/peers.js';
import { hasRight, isIn, limitsOf, rightsOf } from '../world/rights.js';
import type { ChannelPlace, Membership, Person } from '../world/world.js';
import { caller, type Method, method, namedFor, refuse } from './call.js';
import { hashOf } from './hash.js';
import { channelOf, groupOrChannelOf, placeOf } from './peers.js';

/** Members of one page. */
const MAX_PAGE = 200;
/** Of a larger group no more than these are listed without a search. */
const MAX_LISTED = 10_000;

/** Who is in a channel (core.telegram.org/api/channel#participants). */
export const participantMethods: readonly Method[] = [
  method(Api.channels.GetParticipants, ({ channel: input, filter, offset, limit, hash }, call) => {
    const channel = channelOf(input, call);
    const viewer = caller(call);
    const staff = hasRight(channel, viewer, 'other');
    const admins =
      filter instanceof Api.ChannelParticipantsAdmins || filter instanceof Api.ChannelParticipantsBots;
    if ((channel.broadcast || channel.membersHidden) && !staff && !admins) refuse('CHAT_ADMIN_REQUIRED');
    const all = filtered(channel, filter, viewer, staff);
    const page = all.slice(offset, Math.min(offset + Math.min(limit, MAX_PAGE), MAX_LISTED));
    const now = hashOf(page.map(({ person }) => person.id));
    if (hash.toString() !== '0' && hash.toString() === now.toString())
      return new Api.channels.ChannelParticipantsNotModified();
    const participants = page.map((membership) => participantView(membership, viewer));
    const more = { participants, ...namedFor(call, participants) };
    return new Api.channels.ChannelParticipants({ count: all.length, ...more });
  }),
  method(Api.channels.GetParticipant, ({ channel: input, participant }, call) => {
    const channel = channelOf(input, call);
    const viewer = caller(call);
    const person = placeOf(participant, call);
    if (person.kind !== 'person') return refuse('PARTICIPANT_ID_INVALID');
    const membership = channel.members.get(person);
    const staff = hasRight(channel, viewer, 'other');
    if (channel.broadcast && !staff && person !== viewer) refuse('CHAT_ADMIN_REQUIRED');
    if (!membership || (membership.role === 'left' && !membership.limits))
      return refuse('USER_NOT_PARTICIPANT');
    const view = participantView(membership, viewer);
    return new Api.channels.ChannelParticipant({ participant: view, ...namedFor(call, view) });
  }),
  method(Api.messages.GetOnlines, ({ peer }, call) => {
    const place = groupOrChannelOf(peer, call);
    const onlines = [...place.members.keys()].filter(
      (person) => isIn(place, person) && typeof person.status === 'object' && person.status.online,
    ).length;
    return new Api.ChatOnlines({ onlines: Math.max(1, onlines) });
  }),
];

function filtered(
  channel: ChannelPlace,
  filter: Api.TypeChannelParticipantsFilter,
  viewer: Person,
  staff: boolean,
): readonly Membership[] {
  const all = [...channel.members.values()];
  const present = () => all.filter(({ person }) => isIn(channel, person));
  const named = (words: string) => (membership: Membership) => matches(membership.person, words);
  if (filter instanceof Api.ChannelParticipantsAdmins) return present().filter(rightsOf);
  if (filter instanceof Api.ChannelParticipantsBots) return present().filter(({ person }) => person.bot);
  if (filter instanceof Api.ChannelParticipantsKicked || filter instanceof Api.ChannelParticipantsBanned) {
    if (!staff) refuse('CHAT_ADMIN_REQUIRED');
    const kicked = filter instanceof Api.ChannelParticipantsKicked;
    return all
      .filter(({ role, limits }) =>
        kicked ? role === 'banned' : role === 'restricted' || (role === 'left' && limits),
      )
      .filter(named(filter.q));
  }
  if (filter instanceof Api.ChannelParticipantsContacts)
    return present()
      .filter(({ person }) => viewer.contacts.has(person))
      .filter(named(filter.q));
  if (filter instanceof Api.ChannelParticipantsSearch) return present().filter(named(filter.q));
  if (filter instanceof Api.ChannelParticipantsMentions) return present().filter(named(filter.q ?? ''));
  // Who came last is first.
  return present().reverse();
}

function matches({ firstName, lastName = '', username = '' }: Person, words: string): boolean {
  const wanted = words.toLowerCase();
  return [firstName, lastName, username, `${firstName} ${lastName}`].some((name) =>
    name.toLowerCase().startsWith(wanted),
  );
}

/** A member as somebody sees him. */
function participantView(membership: Membership, viewer: Person): Api.TypeChannelParticipant {
  const { person, since: date, role, invitedBy, by, title } = membership;
  const userId = long(person.id);
  const adminRights = rightsOf(membership);
  const rank = title !== undefined && title !== '' ? { rank: title } : {};
  if (role === 'creator' && adminRights)
    return new Api.ChannelParticipantCreator({ userId, adminRights, ...rank });
  if (adminRights)
    return new Api.ChannelParticipantAdmin({
      ...{ userId, date, adminRights, promotedBy: long((by ?? invitedBy ?? person).id), ...rank },
      canEdit: by === viewer,
      ...(person === viewer && { self: true, inviterId: long((invitedBy ?? person).id) }),
    });
  const bannedRights = limitsOf(membership) ?? (role === 'left' ? membership.limits : undefined);
  if (bannedRights)
    return new Api.ChannelParticipantBanned({
      ...{ peer: personPeer(person), kickedBy: long((by ?? person).id), date, bannedRights },
      left: role === 'banned' || role === 'left',
    });
  if (person !== viewer) return new Api.ChannelParticipant({ userId, date });
  return new Api.ChannelParticipantSelf({ userId, date, inviterId: long((invitedBy ?? person).id) });
}
