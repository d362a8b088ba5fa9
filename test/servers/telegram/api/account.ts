import { Api } from 'telegram';
import { long } from '../world/peers.js';
import { mute, rename, setStatus } from '../world/people.js';
import { userView } from '../world/views.js';
import type { Authorisation } from '../world/world.js';
import { type Call, caller, type Method, method, refuse } from './call.js';
import { placeOf } from './peers.js';

/** Seconds for which a client that says so is shown as being there. */
const ONLINE = 300;

/** One's own account: name, presence, other sessions, muted chats. */
export const accountMethods: readonly Method[] = [
  method(Api.account.UpdateStatus, ({ offline }, call) => {
    const person = caller(call);
    const now = call.server.seconds();
    setStatus(call.server, person, offline ? { online: false, at: now } : { online: true, at: now + ONLINE });
    return true;
  }),
  method(Api.account.UpdateProfile, ({ firstName, lastName, about }, call) => {
    const person = caller(call);
    if (firstName === '') refuse('FIRSTNAME_INVALID');
    if (typeof about === 'string') person.about = about;
    const names = {
      ...(typeof firstName === 'string' && { firstName }),
      ...(typeof lastName === 'string' && { lastName }),
    };
    if (Object.keys(names).length > 0) rename(call.server, person, names, call.session);
    return userView(person, person);
  }),
  method(Api.account.UpdateUsername, ({ username }, call) => {
    const person = caller(call);
    if (username !== '' && !/^[a-z]\w{4,31}$/i.test(username)) refuse('USERNAME_INVALID');
    if (username !== '' && call.server.world.byUsername(username)) refuse('USERNAME_OCCUPIED');
    rename(call.server, person, { username: username === '' ? undefined : username }, call.session);
    return userView(person, person);
  }),
  method(Api.account.GetAuthorizations, (_request, call) => {
    const person = caller(call);
    return new Api.account.Authorizations({
      authorizationTtlDays: 180,
      authorizations: sessionsOf(call)
        .filter((one) => one.person === person)
        .map((one) => authorisationView(one, one === call.authorisation)),
    });
  }),
  method(Api.account.ResetAuthorization, ({ hash }, call) => {
    const person = caller(call);
    const wanted = sessionsOf(call).find(
      (one) => one.person === person && one.hash.toString() === hash.toString(),
    );
    if (!wanted || wanted === call.authorisation) return refuse('HASH_INVALID');
    call.server.revoke(wanted);
    return true;
  }),
  method(Api.auth.ResetAuthorizations, (_request, call) => {
    const person = caller(call);
    for (const one of sessionsOf(call))
      if (one.person === person && one !== call.authorisation) call.server.revoke(one);
    return true;
  }),
  method(Api.account.GetNotifySettings, ({ peer }, call) => notifySettings(peer, call)),
  method(Api.account.UpdateNotifySettings, ({ peer, settings }, call) => {
    if (!(peer instanceof Api.InputNotifyPeer)) return true;
    const muted = (settings.muteUntil ?? 0) > call.server.seconds();
    mute(call.server, caller(call), placeOf(peer.peer, call), muted, call.session);
    return true;
  }),
];

/** A client of an account, as its owner sees it in the list. */
export function authorisationView(authorisation: Authorisation, current: boolean): Api.Authorization {
  const { hash, device, app, created, active } = authorisation;
  return new Api.Authorization({
    ...{ current, hash: current ? long(0) : long(hash), deviceModel: device, platform: 'Test' },
    ...{ systemVersion: '1', apiId: 1, appName: app, appVersion: '1.0', dateCreated: created },
    ...{ dateActive: active, ip: '192.0.2.99', country: 'Germany', region: 'Berlin' },
  });
}

/** All logins but those that only fetch files. */
function sessionsOf({ server }: Call): readonly Authorisation[] {
  return [...server.world.authorisations.values()].filter(({ files }) => !files);
}

function notifySettings(peer: Api.TypeInputNotifyPeer, call: Call): Api.PeerNotifySettings {
  const name = mutedName(peer, call);
  const muted = name !== undefined && caller(call).muted.has(name);
  return new Api.PeerNotifySettings(muted ? { muteUntil: 2_147_483_647 } : {});
}

function mutedName(peer: Api.TypeInputNotifyPeer, call: Call): string | undefined {
  if (!(peer instanceof Api.InputNotifyPeer)) return undefined;
  const { kind, id } = placeOf(peer.peer, call);
  return `${kind} ${id}`;
}
