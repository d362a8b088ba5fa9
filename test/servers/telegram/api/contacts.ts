import { Api } from 'telegram';
import { long, peerOf, personPeer } from '../world/peers.js';
import { block, contact } from '../world/people.js';
import { isIn } from '../world/rights.js';
import { statusOf, userView } from '../world/views.js';
import type { Person } from '../world/world.js';
import { answer, type Call, caller, type Method, method, namedFor, refuse } from './call.js';
import { hashOf } from './hash.js';
import { personOf } from './users.js';

/** Shortest words that are searched for. */
const MIN_QUERY = 3;
/** Telegram searches further for one's own contacts than for all the world. */
const MAX_FOUND = 20;

/** Whom one knows (core.telegram.org/api/contacts). */
export const contactMethods: readonly Method[] = [
  method(Api.contacts.GetContacts, ({ hash }, call) => {
    const viewer = caller(call);
    const people = [...viewer.contacts.keys()];
    const ids = people.map(({ id }) => id).sort((one, other) => one - other);
    const now = hashOf([people.length, ...ids]);
    if (now.toString() === hash.toString()) return new Api.contacts.ContactsNotModified();
    return new Api.contacts.Contacts({
      contacts: people.map(
        (person) => new Api.Contact({ userId: long(person.id), mutual: person.contacts.has(viewer) }),
      ),
      savedCount: people.length,
      users: people.map((person) => userView(person, viewer)),
    });
  }),
  method(Api.contacts.GetStatuses, (_request, call) =>
    [...caller(call).contacts.keys()].flatMap((person) => {
      const status = statusOf(person);
      return status ? [new Api.ContactStatus({ userId: long(person.id), status })] : [];
    }),
  ),
  method(Api.contacts.ImportContacts, ({ contacts }, call) => {
    const viewer = caller(call);
    const { server, session } = call;
    const imported = contacts.flatMap(({ clientId, phone, firstName, lastName }) => {
      const person = server.world.byPhone(phone);
      if (!person || person.privacy.has('phone')) return [];
      contact(server, viewer, person, { firstName, lastName }, session);
      return [new Api.ImportedContact({ userId: long(person.id), clientId })];
    });
    const { users } = namedFor(call, imported);
    return new Api.contacts.ImportedContacts({ imported, popularInvites: [], retryContacts: [], users });
  }),
  method(Api.contacts.AddContact, ({ id, firstName, lastName }, call) => {
    const person = personOf(id, call);
    if (person === caller(call)) refuse('CONTACT_ID_INVALID');
    if (firstName === '') refuse('CONTACT_NAME_EMPTY');
    const { server, session } = call;
    return answer(call, contact(server, caller(call), person, { firstName, lastName }, session));
  }),
  method(Api.contacts.DeleteContacts, ({ id }, call) => {
    const { server, session } = call;
    const people = id.map((one) => personOf(one, call));
    return answer(
      call,
      people.flatMap((person) => contact(server, caller(call), person, undefined, session)),
    );
  }),
  method(Api.contacts.Block, ({ id }, call) => setBlocked(id, true, call)),
  method(Api.contacts.Unblock, ({ id }, call) => setBlocked(id, false, call)),
  method(Api.contacts.GetBlocked, ({ offset, limit }, call) => {
    const all = [...caller(call).blocked];
    const blocked = all
      .slice(offset, offset + limit)
      .map((person) => new Api.PeerBlocked({ peerId: personPeer(person), date: call.server.seconds() }));
    const more = { blocked, ...namedFor(call, blocked) };
    return all.length > offset + limit || offset > 0
      ? new Api.contacts.BlockedSlice({ ...more, count: all.length })
      : new Api.contacts.Blocked(more);
  }),
  method(Api.contacts.ResolveUsername, ({ username }, call) => {
    if (!/^[a-z]\w{3,31}$/i.test(username)) refuse('USERNAME_INVALID');
    const found = call.server.world.byUsername(username) ?? refuse('USERNAME_NOT_OCCUPIED');
    const peer = peerOf(found);
    return new Api.contacts.ResolvedPeer({ peer, ...namedFor(call, peer) });
  }),
  method(Api.contacts.ResolvePhone, ({ phone }, call) => {
    const found = call.server.world.byPhone(phone);
    if (!found || found.privacy.has('phone')) return refuse('PHONE_NOT_OCCUPIED');
    const peer = peerOf(found);
    return new Api.contacts.ResolvedPeer({ peer, ...namedFor(call, peer) });
  }),
  method(Api.contacts.Search, ({ q, limit }, call) => {
    const viewer = caller(call);
    const words = q.replace(/^@/, '').toLowerCase();
    if (words.length < MIN_QUERY) refuse('QUERY_TOO_SHORT');
    const { world } = call.server;
    const own = [...world.people.values()]
      .filter((person) => viewer.contacts.has(person) || viewer.box.knows(`u${person.id}`))
      .filter((person) => matches(person, viewer, words));
    const groups = [...world.groups.values(), ...world.channels.values()].filter(
      (place) => isIn(place, viewer) && place.title.toLowerCase().includes(words),
    );
    const public_ = [...world.people.values(), ...world.channels.values()].filter(({ username }) =>
      username?.toLowerCase().startsWith(words),
    );
    const myResults = [...own, ...groups].map(peerOf).slice(0, limit);
    const results = public_
      .filter((one) => !(one.kind === 'person' ? own : groups).includes(one as never))
      .map(peerOf)
      .slice(0, Math.min(limit, MAX_FOUND));
    return new Api.contacts.Found({ myResults, results, ...namedFor(call, myResults, results) });
  }),
];

function matches(person: Person, viewer: Person, words: string): boolean {
  const { firstName = '', lastName = '', username = '' } = userView(person, viewer);
  return [firstName, lastName, username, `${firstName} ${lastName}`].some((name) =>
    name?.toLowerCase().startsWith(words),
  );
}

function setBlocked(input: unknown, blocked: boolean, call: Call): boolean {
  const { server, session } = call;
  const person = personOf(input, call);
  if (person === caller(call)) refuse('CONTACT_ID_INVALID');
  block(server, caller(call), person, blocked, session);
  return true;
}
