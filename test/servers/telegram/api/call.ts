import type { TelegramServer } from '../telegram-server.js';
import type { DataCentre } from '../wire/data-centre.js';
import type { MtprotoSession } from '../wire/mtproto-session.js';
import { RpcFailure, type TlObject, type TlResult } from '../wire/schema.js';
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

/** Ties the class of a request to what answers it; the answer is an object of the client library's schema. */
export function method<Request extends object>(
  request: { readonly className: string; new (args: never): Request },
  answer: (request: Request, call: Call) => object | boolean | Promise<object | boolean>,
): Method {
  return {
    name: request.className,
    answer: (asked, call) => answer(asked as unknown as Request, call) as TlResult,
  };
}

/** Who asks. @throws {RpcFailure} 401 when nobody is logged in with this key */
export function caller({ authorisation }: Call): Person {
  if (!authorisation) throw new RpcFailure(401, 'AUTH_KEY_UNREGISTERED');
  if (authorisation.person.deleted) throw new RpcFailure(401, 'USER_DEACTIVATED');
  return authorisation.person;
}
