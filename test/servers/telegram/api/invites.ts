import { randomBytes } from 'node:crypto';
import { Api } from 'telegram';
import { photoOf } from '../world/files.js';
import { tellAll } from '../world/groups.js';
import { join } from '../world/members.js';
import { long, peerOf } from '../world/peers.js';
import { tell } from '../world/posting.js';
import { hasRight, isIn } from '../world/rights.js';
import { chatView, countOf, userView } from '../world/views.js';
import type { ChannelPlace, GroupPlace, Invite, Person } from '../world/world.js';
import { answer, type Call, caller, type Method, method, namedFor, refuse } from './call.js';
import { demand, doer } from './groups.js';
import { groupOrChannelOf } from './peers.js';
import { personOf } from './users.js';

type Group = GroupPlace | ChannelPlace;

/** Links by which people come into groups (core.telegram.org/api/invites). */
export const inviteMethods: readonly Method[] = [
  method(Api.messages.ExportChatInvite, (input, call) => {
    const place = groupOrChannelOf(input.peer, call);
    demand(place, call, 'inviteUsers');
    const { legacyRevokePermanent, requestNeeded, usageLimit, expireDate, title } = input;
    if (legacyRevokePermanent) permanentInvite(place, caller(call), call).revoked = true;
    const plain = !requestNeeded && !usageLimit && !expireDate && !title;
    if (plain) return inviteView(permanentInvite(place, caller(call), call), place);
    const invite = newInvite(place, caller(call), call);
    Object.assign(invite, {
      ...{ approval: requestNeeded === true, title: title ?? undefined },
      ...{ limit: usageLimit ?? undefined, expires: expireDate ?? undefined },
    });
    return inviteView(invite, place);
  }),
  method(Api.messages.EditExportedChatInvite, (input, call) => {
    const place = groupOrChannelOf(input.peer, call);
    demand(place, call, 'inviteUsers');
    const invite = place.invites.get(hashOfLink(input.link)) ?? refuse('INVITE_HASH_EXPIRED');
    if (input.revoked) invite.revoked = true;
    if (typeof input.requestNeeded === 'boolean') invite.approval = input.requestNeeded;
    if (typeof input.title === 'string') invite.title = input.title;
    const view = inviteView(invite, place);
    return new Api.messages.ExportedChatInvite({ invite: view, users: namedFor(call, view).users });
  }),
  method(Api.messages.GetExportedChatInvites, ({ peer, revoked, limit }, call) => {
    const place = groupOrChannelOf(peer, call);
    demand(place, call, 'inviteUsers');
    const all = [...place.invites.values()].filter((one) => one.revoked === (revoked === true));
    const invites = all.slice(0, limit).map((one) => inviteView(one, place));
    const { users } = namedFor(call, invites);
    return new Api.messages.ExportedChatInvites({ count: all.length, invites, users });
  }),
  method(Api.messages.CheckChatInvite, ({ hash }, call) => {
    const viewer = caller(call);
    const { place, invite } = inviteBy(hash, call);
    if (isIn(place, viewer)) return new Api.ChatInviteAlready({ chat: chatView(place, viewer) });
    const broadcast = place.kind === 'channel' && place.broadcast;
    const known = [...place.members.keys()].filter((one) => isIn(place, one) && viewer.contacts.has(one));
    const photo = photoOf(call.server.world, place.photo) ?? new Api.PhotoEmpty({ id: long(0) });
    return new Api.ChatInvite({
      ...{ channel: place.kind === 'channel', broadcast, megagroup: place.kind === 'channel' && !broadcast },
      ...{ requestNeeded: invite.approval, title: place.title, about: place.about, photo, color: 1 },
      ...{ participantsCount: countOf(place), participants: known.map((one) => userView(one, viewer)) },
    });
  }),
  method(Api.messages.ImportChatInvite, ({ hash }, call) => {
    const viewer = caller(call);
    const { place, invite } = inviteBy(hash, call);
    if (isIn(place, viewer)) refuse('USER_ALREADY_PARTICIPANT');
    if (place.members.get(viewer)?.role === 'banned') refuse('CHANNEL_PRIVATE');
    if (invite.approval) request(place, invite, call);
    return answer(call, join(call.server, doer(call), place, { invite }));
  }),
  method(Api.messages.GetChatInviteImporters, ({ peer, requested, limit }, call) => {
    const place = groupOrChannelOf(peer, call);
    demand(place, call, 'inviteUsers');
    const waiting = requested ? [...place.requests] : [];
    const importers = waiting
      .slice(0, limit)
      .map(
        ([person, { since }]) =>
          new Api.ChatInviteImporter({ userId: long(person.id), date: since, requested: true }),
      );
    const { users } = namedFor(call, importers);
    return new Api.messages.ChatInviteImporters({ count: waiting.length, importers, users });
  }),
  method(Api.messages.HideChatJoinRequest, ({ peer, userId, approved }, call) => {
    const place = groupOrChannelOf(peer, call);
    demand(place, call, 'inviteUsers');
    const person = personOf(userId, call);
    if (!place.requests.has(person)) refuse('HIDE_REQUESTER_MISSING');
    return answer(call, decide(place, person, approved === true, call));
  }),
];

/** Somebody is let in, or not. */
function decide(place: Group, person: Person, approved: boolean, call: Call): readonly Api.TypeUpdate[] {
  place.requests.delete(person);
  if (approved) join(call.server, { person }, place, { approvedBy: caller(call) });
  return tellAll(call.server, doer(call), place, pending(place));
}

/** Asks for being let in, which is told as a refusal. @throws {RpcFailure} always */
export function request(place: Group, invite: Invite | undefined, call: Call): never {
  place.requests.set(caller(call), { since: call.server.seconds(), invite });
  for (const person of call.server.listeners(place))
    if (hasRight(place, person, 'inviteUsers')) tell(call.server, person, [pending(place)]);
  return refuse('INVITE_REQUEST_SENT');
}

function pending(place: Group): Api.UpdatePendingJoinRequests {
  const people = [...place.requests.keys()];
  return new Api.UpdatePendingJoinRequests({
    ...{ peer: peerOf(place), requestsPending: people.length },
    recentRequesters: people.slice(0, 5).map(({ id }) => long(id)),
  });
}

/** The link that a group always has. */
export function permanentInvite(place: Group, by: Person, call: Call): Invite {
  const known = [...place.invites.values()].find((one) => one.permanent && !one.revoked && one.by === by);
  return known ?? Object.assign(newInvite(place, by, call), { permanent: true });
}

function newInvite(place: Group, by: Person, { server }: Call): Invite {
  const invite: Invite = {
    ...{ hash: randomBytes(12).toString('base64url'), by, created: server.seconds(), approval: false },
    ...{ permanent: false, revoked: false, title: undefined, limit: undefined, expires: undefined, used: 0 },
  };
  place.invites.set(invite.hash, invite);
  return invite;
}

export function inviteView(invite: Invite, place: Group): Api.ChatInviteExported {
  const { hash, by, created, approval, permanent, revoked, title, limit, expires, used } = invite;
  const requested = [...place.requests.values()].filter((one) => one.invite === invite).length;
  return new Api.ChatInviteExported({
    ...{ link: `https://t.me/+${hash}`, adminId: long(by.id), date: created, usage: used },
    ...{ requestNeeded: approval, permanent, revoked },
    ...(title !== undefined && { title }),
    ...(limit !== undefined && { usageLimit: limit }),
    ...(expires !== undefined && { expireDate: expires }),
    ...(requested > 0 && { requested }),
  });
}

function inviteBy(hash: string, call: Call): { readonly place: Group; readonly invite: Invite } {
  const { groups, channels } = call.server.world;
  for (const place of [...channels.values(), ...groups.values()]) {
    const invite = place.invites.get(hash);
    if (!invite) continue;
    const over = invite.limit !== undefined && invite.used >= invite.limit;
    const late = invite.expires !== undefined && invite.expires < call.server.seconds();
    if (invite.revoked || over || late || (place.kind === 'group' && place.migratedTo)) break;
    return { place, invite };
  }
  return refuse(/^[\w-]{8,}$/.test(hash) ? 'INVITE_HASH_EXPIRED' : 'INVITE_HASH_INVALID');
}

function hashOfLink(link: string): string {
  return link.replace(/^.*(?:\+|joinchat\/)/, '');
}
