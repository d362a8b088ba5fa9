import { Api } from 'telegram';
import { RpcFailure } from '../wire/schema.js';
import { userView } from '../world/views.js';
import type { Person, World } from '../world/world.js';
import { type Call, caller, type Method, method } from './call.js';

/** Who people are. */
export const usersMethods: readonly Method[] = [
  method(Api.users.GetUsers, ({ id }, call) => {
    const viewer = caller(call);
    return id.map((one) => userView(personOf(one, call), viewer));
  }),
];

/** Whom an input names. @throws {RpcFailure} for nobody, or a wrong hash */
export function personOf(input: unknown, call: Call): Person {
  const viewer = caller(call);
  if (input instanceof Api.InputUserSelf || input instanceof Api.InputPeerSelf) return viewer;
  if (input instanceof Api.InputUser || input instanceof Api.InputPeerUser) {
    const person = find(call.server.world, input.userId.toJSNumber());
    if (person && input.accessHash.toString() === person.accessHash.toString()) return person;
  }
  throw new RpcFailure(400, 'PEER_ID_INVALID');
}

function find(world: World, id: number): Person | undefined {
  return world.people.get(id);
}
