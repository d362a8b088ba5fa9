import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import type { DataCentre } from '../wire/data-centre.js';
import type { MtprotoSession } from '../wire/mtproto-session.js';
import { RpcFailure, type TlObject, type TlResult } from '../wire/schema.js';
import { type Named, named, updatesFor } from '../world/named.js';
import type { Authorisation, Person } from '../world/world.js';

/** Who asks, and where. */
export interface Call {
  readonly server: TelegramServer;
  readonly centre: DataCentre;
  readonly session: MtprotoSession;
  readonly authorisation: Authorisation | undefined;
}

/** What answers requests of one kind. */
export interface Method {
  readonly name: string;
  answer(request: TlObject, call: Call): TlResult | object | Promise<TlResult | object>;
}

/** A request as it comes from the wire: where clients may name a message in several ways, its number has come. */
export type Decoded<Request> = {
  [Field in keyof Request]: Api.InputMessageID extends Request[Field]
    ? number | Extract<Request[Field], undefined>
    : Request[Field];
};

/** Ties the class of a request to what answers it; the answer is an object of the client library's schema. */
export function method<Request extends object>(
  request: { readonly className: string; new (args: never): Request },
  answer: (request: Decoded<Request>, call: Call) => object | boolean | Promise<object | boolean>,
): Method {
  return {
    name: request.className,
    answer: (asked, call) => answer(asked as unknown as Decoded<Request>, call) as TlResult,
  };
}

/** Who asks. @throws {RpcFailure} 401 when nobody is logged in with this key */
export function caller({ authorisation, server, session }: Call): Person {
  if (!authorisation) {
    const { name } = session.authKey;
    const revoked = server.revoked.get(name);
    // Told once; from then on the key is like any other that nobody is logged in with.
    server.revoked.delete(name);
    throw revoked?.failure ?? new RpcFailure(401, 'AUTH_KEY_UNREGISTERED');
  }
  if (authorisation.person.deleted) throw new RpcFailure(401, 'USER_DEACTIVATED');
  if (authorisation.person.banned) throw new RpcFailure(401, 'USER_DEACTIVATED_BAN');
  return authorisation.person;
}

/** Updates as an answer to who asked. */
export function answer(call: Call, updates: readonly Api.TypeUpdate[]): Api.Updates {
  const { server } = call;
  return updatesFor(caller(call), server.world, updates, server.seconds());
}

/** The people and groups that objects of an answer name, for who asked. */
export function namedFor(call: Call, ...objects: readonly unknown[]): Named {
  return named(caller(call), call.server.world, objects);
}

/** Refuses: most often 400 and the server's word. */
export function refuse(text: string, code = 400): never {
  throw new RpcFailure(code, text);
}

/** Whether bots may not ask for it. */
export function isBotless(request: string): boolean {
  return PEOPLE_ONLY.has(request);
}

const PEOPLE_ONLY = new Set<string>(
  [
    ...[Api.messages.GetDialogs, Api.messages.GetHistory, Api.messages.Search, Api.messages.ReadHistory],
    ...[Api.contacts.GetContacts, Api.contacts.ImportContacts, Api.contacts.AddContact, Api.contacts.Search],
    ...[Api.contacts.GetBlocked, Api.contacts.Block, Api.contacts.Unblock, Api.contacts.ResolvePhone],
    ...[Api.messages.CreateChat, Api.channels.CreateChannel, Api.channels.JoinChannel],
    ...[Api.messages.ImportChatInvite, Api.messages.CheckChatInvite, Api.account.GetAuthorizations],
    ...[Api.messages.GetMessagesReactions, Api.messages.SendVote],
  ].map(({ className }) => className as unknown as string),
);
