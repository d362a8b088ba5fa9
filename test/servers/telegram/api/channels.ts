import { Api } from 'telegram';
import { changed, createChannel, repaint, retitle } from '../world/groups.js';
import { add, dissolve, join, promote, restrict, take } from '../world/members.js';
import { channelPeer, long } from '../world/peers.js';
import { hasRight, isIn } from '../world/rights.js';
import { GENERAL, generalTopic } from '../world/topics.js';
import type { ChannelPlace } from '../world/world.js';
import { answer, type Call, caller, type Method, method, namedFor, refuse } from './call.js';
import { chatPhoto, checkTitle, demand, doer, invited, parted } from './groups.js';
import { request } from './invites.js';
import { channelOf, placeOf } from './peers.js';
import { personOf } from './users.js';

/** Seconds between two messages that a group may ask for. */
const SLOW = new Set([0, 10, 30, 60, 300, 900, 3_600]);

/** Supergroups, forums and broadcast channels (core.telegram.org/api/channel). */
export const channelMethods: readonly Method[] = [
  method(Api.channels.CreateChannel, ({ broadcast, title, about, forum }, call) => {
    checkTitle(title);
    const facts = { title, about, broadcast: broadcast === true, forum: forum === true && !broadcast };
    return answer(call, createChannel(call.server, doer(call), facts).updates);
  }),
  method(Api.channels.GetChannels, ({ id }, call) => {
    const ids = id.map((one) => ({ channelId: long(channelOf(one, call).id) }));
    return new Api.messages.Chats({ chats: namedFor(call, ids).chats });
  }),
  method(Api.channels.InviteToChannel, ({ channel: input, users }, call) => {
    const channel = channelOf(input, call);
    demand(channel, call, 'inviteUsers', 'inviteUsers');
    const people = users.map((one) => personOf(one, call));
    if (people.some((person) => channel.members.get(person)?.role === 'banned')) refuse('USER_KICKED');
    const fresh = people.filter((person) => !isIn(channel, person));
    const [willing, unwilling] = parted(fresh, caller(call));
    const updates = willing.length > 0 ? add(call.server, doer(call), channel, willing) : [];
    return invited(call, updates, unwilling);
  }),
  method(Api.channels.JoinChannel, ({ channel: input }, call) => {
    const channel = channelOf(input, call);
    if (isIn(channel, caller(call))) refuse('USER_ALREADY_PARTICIPANT');
    if (channel.approval) request(channel, undefined, call);
    return answer(call, join(call.server, doer(call), channel));
  }),
  method(Api.channels.LeaveChannel, ({ channel: input }, call) => {
    const channel = channelOf(input, call);
    if (!isIn(channel, caller(call))) refuse('USER_NOT_PARTICIPANT');
    return answer(call, take(call.server, doer(call), channel, caller(call)));
  }),
  method(Api.channels.DeleteChannel, ({ channel: input }, call) => {
    const channel = channelOf(input, call);
    if (channel.members.get(caller(call))?.role !== 'creator') refuse('CHAT_ADMIN_REQUIRED');
    return answer(call, dissolve(call.server, doer(call), channel));
  }),
  method(Api.channels.EditAdmin, ({ channel: input, userId, adminRights, rank }, call) => {
    const channel = channelOf(input, call);
    demand(channel, call, 'addAdmins');
    const person = personOf(userId, call);
    if (channel.members.get(person)?.role === 'creator' && person !== caller(call)) refuse('USER_CREATOR');
    const none = Object.values(adminRights).every((value) => value !== true);
    const rights = none ? undefined : adminRights;
    return answer(call, promote(call.server, doer(call), channel, person, rights, rank));
  }),
  method(Api.channels.EditBanned, ({ channel: input, participant, bannedRights }, call) => {
    const channel = channelOf(input, call);
    demand(channel, call, 'banUsers');
    const person = placeOf(participant, call);
    if (person.kind !== 'person') return refuse('PARTICIPANT_ID_INVALID');
    const role = channel.members.get(person)?.role;
    if (role === 'creator') refuse('USER_CREATOR');
    if (role === 'admin') refuse('USER_ADMIN_INVALID');
    return answer(call, restrict(call.server, doer(call), channel, person, bannedRights));
  }),
  method(Api.channels.EditTitle, ({ channel: input, title }, call) => {
    checkTitle(title);
    const channel = channelOf(input, call);
    demand(channel, call, 'changeInfo', 'changeInfo');
    if (title === channel.title) refuse('CHAT_NOT_MODIFIED');
    return answer(call, retitle(call.server, doer(call), channel, title));
  }),
  method(Api.channels.EditPhoto, async ({ channel: input, photo }, call) => {
    const channel = channelOf(input, call);
    demand(channel, call, 'changeInfo', 'changeInfo');
    return answer(call, repaint(call.server, doer(call), channel, await chatPhoto(photo, call)));
  }),
  method(Api.channels.UpdateUsername, ({ channel: input, username }, call) => {
    const channel = channelOf(input, call);
    if (channel.members.get(caller(call))?.role !== 'creator') refuse('CHAT_ADMIN_REQUIRED');
    if (username !== '' && call.server.world.byUsername(username)) refuse('USERNAME_OCCUPIED');
    channel.username = username === '' ? undefined : username;
    changed(call.server, doer(call), channel);
    return true;
  }),
  method(Api.channels.ToggleSlowMode, ({ channel: input, seconds }, call) => {
    if (!SLOW.has(seconds)) refuse('SECONDS_INVALID');
    return change(input, call, 'banUsers', { slowModeSeconds: seconds });
  }),
  method(Api.channels.ToggleSignatures, ({ channel: input, signaturesEnabled }, call) =>
    change(input, call, 'changeInfo', { signatures: signaturesEnabled === true }),
  ),
  method(Api.channels.ToggleJoinRequest, ({ channel: input, enabled }, call) =>
    change(input, call, 'changeInfo', { approval: enabled }),
  ),
  method(Api.channels.ToggleParticipantsHidden, ({ channel: input, enabled }, call) =>
    change(input, call, 'banUsers', { membersHidden: enabled }),
  ),
  method(Api.channels.ToggleForum, ({ channel: input, enabled }, call) => {
    const channel = channelOf(input, call);
    if (enabled && !channel.topics.has(GENERAL))
      channel.topics.set(GENERAL, generalTopic(caller(call), call.server.seconds()));
    return change(input, call, 'changeInfo', { forum: enabled });
  }),
  method(Api.channels.SetDiscussionGroup, ({ broadcast, group }, call) => {
    const channel = broadcast instanceof Api.InputChannelEmpty ? undefined : channelOf(broadcast, call);
    const linked = group instanceof Api.InputChannelEmpty ? undefined : channelOf(group, call);
    for (const one of [channel, linked]) if (one) demand(one, call, 'changeInfo');
    if (channel) channel.linked = linked;
    if (linked) linked.linked = channel;
    for (const one of [channel, linked]) if (one) changed(call.server, doer(call), one);
    return true;
  }),
  method(Api.channels.GetSendAs, ({ peer }, call) => {
    const place = placeOf(peer, call);
    const person = caller(call);
    const own = new Api.PeerUser({ userId: long(person.id) });
    const hidden = place.kind === 'channel' && hasRight(place, person, 'other');
    const all = [own, ...(hidden ? [channelPeer(place)] : [])];
    const peers = all.map((one) => new Api.SendAsPeer({ peer: one }));
    return new Api.channels.SendAsPeers({ peers, ...namedFor(call, peers) });
  }),
];

function change(
  input: unknown,
  call: Call,
  right: 'banUsers' | 'changeInfo',
  facts: Partial<ChannelPlace>,
): Api.Updates {
  const channel = channelOf(input, call);
  demand(channel, call, right);
  Object.assign(channel, facts);
  return answer(call, changed(call.server, doer(call), channel));
}
