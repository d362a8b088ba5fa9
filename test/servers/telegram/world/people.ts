import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import type { MtprotoSession } from '../wire/mtproto-session.js';
import { shownPhoto } from './files.js';
import { long, type Place, peerOf, personPeer } from './peers.js';
import { tell } from './posting.js';
import { statusOf } from './views.js';
import type { Person, Status } from './world.js';

const FOR_EVER = 2_147_483_647;

/** Who hears of what somebody does: those who have him as contact or have spoken to him, and his own clients. */
function acquaintances(server: TelegramServer, person: Person): readonly Person[] {
  return [...server.world.people.values()].filter(
    (other) => other === person || other.contacts.has(person) || other.box.knows(`u${person.id}`),
  );
}

/** Somebody is there, or not. */
export function setStatus(server: TelegramServer, person: Person, status: Status): void {
  person.status = status;
  const shown = statusOf(person) ?? new Api.UserStatusEmpty();
  for (const other of acquaintances(server, person))
    if (other !== person && !person.blocked.has(other))
      tell(server, other, [new Api.UpdateUserStatus({ userId: long(person.id), status: shown })]);
}

/** Somebody has another name. */
export function rename(
  server: TelegramServer,
  person: Person,
  names: Partial<Pick<Person, 'firstName' | 'lastName' | 'username'>>,
  session?: MtprotoSession,
): void {
  Object.assign(person, names);
  const { firstName, lastName = '', username } = person;
  const usernames =
    username === undefined ? [] : [new Api.Username({ editable: true, active: true, username })];
  for (const other of acquaintances(server, person)) {
    const named = other.contacts.get(person);
    const shown = named ?? { firstName, lastName };
    const update = new Api.UpdateUserName({
      ...{ userId: long(person.id), firstName: shown.firstName, lastName: shown.lastName, usernames },
    });
    tell(server, other, [update], other === person ? session : undefined);
  }
}

/** Somebody has another picture, or none. */
export function picture(
  server: TelegramServer,
  person: Person,
  photo: Api.Photo | undefined,
  session?: MtprotoSession,
): void {
  person.photo = photo && shownPhoto(photo);
  changed(server, person, session);
}

/** Somebody has deleted his account. His messages stay. */
export function deleteAccount(server: TelegramServer, person: Person): void {
  Object.assign(person, { deleted: true, photo: undefined, username: undefined });
  for (const authorisation of [...server.world.authorisations.values()])
    if (authorisation.person === person) server.revoke(authorisation);
  changed(server, person);
}

/** Somebody blocks somebody, or does so no more. */
export function block(
  server: TelegramServer,
  person: Person,
  other: Person,
  blocked: boolean,
  session?: MtprotoSession,
): void {
  if (blocked) person.blocked.add(other);
  else person.blocked.delete(other);
  tell(server, person, [new Api.UpdatePeerBlocked({ peerId: personPeer(other), blocked })], session);
}

/** Somebody wants to hear nothing of a conversation, or does so again. */
export function mute(
  server: TelegramServer,
  person: Person,
  place: Place,
  muted: boolean,
  session?: MtprotoSession,
): void {
  const name = `${place.kind} ${place.id}`;
  if (muted) person.muted.add(name);
  else person.muted.delete(name);
  const notifySettings = new Api.PeerNotifySettings({ muteUntil: muted ? FOR_EVER : 0 });
  const peer = new Api.NotifyPeer({ peer: peerOf(place) });
  tell(server, person, [new Api.UpdateNotifySettings({ peer, notifySettings })], session);
}

/** Somebody has another one in his contacts, by names of his own; without names: no more. Returns the updates for him. */
export function contact(
  server: TelegramServer,
  person: Person,
  other: Person,
  names: { readonly firstName: string; readonly lastName: string } | undefined,
  session?: MtprotoSession,
): readonly Api.TypeUpdate[] {
  if (names) person.contacts.set(other, names);
  else person.contacts.delete(other);
  const settings = new Api.PeerSettings({ addContact: !names, blockContact: !names });
  const update = new Api.UpdatePeerSettings({ peer: personPeer(other), settings });
  tell(server, person, [update], session);
  return [update];
}

function changed(server: TelegramServer, person: Person, session?: MtprotoSession): void {
  for (const other of acquaintances(server, person))
    tell(
      server,
      other,
      [new Api.UpdateUser({ userId: long(person.id) })],
      other === person ? session : undefined,
    );
}
