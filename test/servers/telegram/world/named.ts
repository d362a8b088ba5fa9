import bigInt from 'big-integer';
import { Api } from 'telegram';
import { chatView, minView, userView } from './views.js';
import type { Person, World } from './world.js';

/** Fields that name people, groups and channels by number, besides the peers. */
const PEOPLE = new Set([
  ...[
    'userId',
    'viaBotId',
    'inviterId',
    'adminId',
    'promotedBy',
    'kickedBy',
    'actorId',
    'botId',
    'approvedBy',
  ],
  ...['users', 'recentRequesters'],
]);
const GROUPS = new Set(['chatId', 'migratedFromChatId']);
const CHANNELS = new Set(['channelId', 'linkedChatId']);

/** Who and what stands behind the ids of some objects. */
export interface Named {
  readonly users: Api.TypeUser[];
  readonly chats: Api.TypeChat[];
}

/**
 * The people, groups and channels that objects name, as the viewer sees them: the server sends them along with every
 * answer and every update. `least`: of people with whom the viewer has nothing to do, no more than what a message
 * needs (core.telegram.org/api/min).
 */
export function named(viewer: Person, world: World, objects: readonly unknown[], least = false): Named {
  const ids = { people: new Set<number>(), groups: new Set<number>(), channels: new Set<number>() };
  const note = (set: Set<number>, value: unknown): void => {
    if (bigInt.isInstance(value)) set.add(value.toJSNumber());
    else if (Array.isArray(value)) for (const one of value) note(set, one);
  };
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || Buffer.isBuffer(value) || bigInt.isInstance(value))
      return;
    if (Array.isArray(value)) {
      for (const one of value) walk(one);
      return;
    }
    for (const [field, inner] of Object.entries(value)) {
      if (field === 'originalArgs') continue;
      if (PEOPLE.has(field)) note(ids.people, inner);
      else if (GROUPS.has(field)) note(ids.groups, inner);
      else if (CHANNELS.has(field)) note(ids.channels, inner);
      walk(inner);
    }
  };
  walk(objects);
  const groups = [...ids.groups].flatMap((id) => world.groups.get(id) ?? []);
  for (const { migratedTo } of groups) if (migratedTo) ids.channels.add(migratedTo.id);
  const people = [...ids.people].flatMap((id) => world.people.get(id) ?? []);
  const channels = [...ids.channels].flatMap((id) => world.channels.get(id) ?? []);
  return {
    users: people.map((person) =>
      least && !acquainted(viewer, person) ? minView(person) : userView(person, viewer),
    ),
    chats: [...groups, ...channels].map((place) => chatView(place, viewer)),
  };
}

function acquainted(viewer: Person, person: Person): boolean {
  return person === viewer || viewer.contacts.has(person) || viewer.box.knows(`u${person.id}`);
}

/** Updates together with whom they name. */
export function updatesFor(
  viewer: Person,
  world: World,
  updates: readonly Api.TypeUpdate[],
  date: number,
  least = false,
): Api.Updates {
  return new Api.Updates({ updates: [...updates], ...named(viewer, world, updates, least), date, seq: 0 });
}
