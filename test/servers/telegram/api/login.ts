import { Api } from 'telegram';
import { RpcFailure } from '../wire/schema.js';
import { long } from '../world/peers.js';
import { tell } from '../world/posting.js';
import { userView } from '../world/views.js';
import { type Person, randomLong } from '../world/world.js';
import { type Call, refuse } from './call.js';

/** A client is logged in with its key now. `files`: the login from which it came to fetch files. */
export function authorise(person: Person, call: Call, files?: string): Api.auth.Authorization {
  const { server, session } = call;
  const now = server.seconds();
  server.revoked.delete(session.authKey.name);
  // Such sessions fetch files; the updates go to the one at home.
  if (files !== undefined) session.wantsUpdates = false;
  const authorisation = {
    ...{ hash: randomLong(), person, key: session.authKey, created: now, active: now },
    ...{ device: session.client?.device ?? 'client', app: session.client?.app ?? 'client' },
    ...(files !== undefined && { files }),
  };
  if (files === undefined) {
    const { hash, device } = authorisation;
    const update = { hash: long(hash), date: now, device, location: 'Berlin, Germany' };
    tell(server, person, [new Api.UpdateNewAuthorization({ ...update, unconfirmed: true })]);
  }
  server.world.authorisations.set(session.authKey.name, authorisation);
  if (files === undefined) server.doings.emit('login', person, authorisation.device);
  return new Api.auth.Authorization({ user: userView(person, person) });
}

/** Sends a client to the data centre where the account lives. @throws {RpcFailure} */
export function migrate(person: Person, { centre }: Call, what: 'PHONE' | 'USER'): void {
  if (person.homeCentre !== centre.id) refuse(`${what}_MIGRATE_${person.homeCentre}`, 303);
}

/** Somebody with a second factor still owes it. @throws {RpcFailure} */
export function passwordAsked(person: Person, { server, session }: Call): void {
  if (person.password === undefined) return;
  server.owing.set(session.authKey.name, person);
  throw new RpcFailure(401, 'SESSION_PASSWORD_NEEDED');
}

export function digits(phone: string): string {
  return phone.replace(/\D/g, '');
}
