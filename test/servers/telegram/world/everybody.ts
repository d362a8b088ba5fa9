import type { Api } from 'telegram';
import { chatView, userView } from './views.js';
import type { Person, World } from './world.js';

/** Everybody whom the viewer may have heard of: clients want the people behind the ids that they are told. */
export function everybody(
  viewer: Person,
  world: World,
): { readonly users: Api.TypeUser[]; readonly chats: Api.TypeChat[] } {
  const places = [...world.groups.values(), ...world.channels.values()];
  return {
    users: [...world.people.values()].map((person) => userView(person, viewer)),
    chats: places.filter(({ members }) => members.has(viewer)).map((place) => chatView(place, viewer)),
  };
}
