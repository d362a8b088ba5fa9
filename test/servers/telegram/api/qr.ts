import { randomBytes } from 'node:crypto';
import { Api } from 'telegram';
import type { LoginToken } from '../server-facts.js';
import type { TelegramServer } from '../telegram-server.js';
import type { TlObject } from '../wire/schema.js';
import type { Person } from '../world/world.js';
import { authorisationView } from './account.js';
import { type Call, caller, type Method, method, refuse } from './call.js';
import { authorise, passwordAsked } from './login.js';

/** Seconds for which a link is good. */
const LIFETIME = 30;

/** Logging in by a link that another device takes (core.telegram.org/api/qr-login). */
export const qrMethods: readonly Method[] = [
  method(Api.auth.ExportLoginToken, (_request, call) => {
    const { server, session, centre } = call;
    const accepted = [...server.loginTokens].find(
      ([, { key, acceptedBy }]) => key === session.authKey.name && acceptedBy,
    );
    if (accepted?.[1].acceptedBy) return taken(accepted[0], accepted[1].acceptedBy, call);
    const token = randomBytes(32);
    const expires = server.seconds() + LIFETIME;
    for (const [name, { key }] of [...server.loginTokens])
      if (key === session.authKey.name) server.loginTokens.delete(name);
    server.loginTokens.set(token.toString('hex'), {
      ...{ key: session.authKey.name, centre: centre.id, expires, acceptedBy: undefined },
    });
    return new Api.auth.LoginToken({ expires, token });
  }),
  method(Api.auth.ImportLoginToken, ({ token }, call) => {
    const name = Buffer.from(token).toString('hex');
    const known = tokenOf(call.server, name);
    if (!known.acceptedBy) {
      const bytes = Buffer.from(token);
      return new Api.auth.LoginToken({ expires: known.expires, token: bytes });
    }
    return taken(name, known.acceptedBy, call);
  }),
  method(Api.auth.AcceptLoginToken, ({ token }, call) => {
    acceptLogin(call.server, caller(call), Buffer.from(token));
    const { authorisation } = call;
    return authorisation ? authorisationView(authorisation, false) : refuse('AUTH_TOKEN_INVALID');
  }),
];

/** Somebody lets a new client in from another device. @throws {RpcFailure} for a link that is none, or is too old */
export function acceptLogin(server: TelegramServer, person: Person, token: Buffer): void {
  const known = tokenOf(server, token.toString('hex'));
  if (known.acceptedBy) refuse('AUTH_TOKEN_ALREADY_ACCEPTED');
  known.acceptedBy = person;
  const update = new Api.UpdateShort({ update: new Api.UpdateLoginToken(), date: server.seconds() });
  for (const { live } of server.centres)
    for (const session of live)
      if (session.authKey.name === known.key) session.push(update as unknown as TlObject);
}

function taken(name: string, person: Person, call: Call): Api.auth.TypeLoginToken {
  if (person.homeCentre !== call.centre.id)
    return new Api.auth.LoginTokenMigrateTo({ dcId: person.homeCentre, token: Buffer.from(name, 'hex') });
  call.server.loginTokens.delete(name);
  passwordAsked(person, call);
  return new Api.auth.LoginTokenSuccess({ authorization: authorise(person, call) });
}

function tokenOf(server: TelegramServer, name: string): LoginToken {
  const known = server.loginTokens.get(name) ?? refuse('AUTH_TOKEN_INVALID');
  if (known.expires < server.seconds()) {
    server.loginTokens.delete(name);
    refuse('AUTH_TOKEN_EXPIRED');
  }
  return known;
}
