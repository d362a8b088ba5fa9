import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import { type Doer, notice } from './groups.js';
import { channelPeer, long } from './peers.js';
import { tell } from './posting.js';
import type { ChannelPlace, GroupPlace } from './world.js';

/** A basic group becomes a supergroup: its members go along, its messages stay where they are. */
export function migrate(
  server: TelegramServer,
  by: Doer,
  group: GroupPlace,
): { readonly channel: ChannelPlace; readonly updates: readonly Api.TypeUpdate[] } {
  const { title, about, photo, limits, reactions } = group;
  const channel = server.world.addChannel({ title, about, photo, limits, reactions });
  for (const [person, membership] of group.members)
    if (membership.role !== 'left') channel.members.set(person, { ...membership });
  for (const [hash, invite] of group.invites) channel.invites.set(hash, invite);
  const told = notice(
    ...([server, by, group] as const),
    new Api.MessageActionChatMigrateTo({ channelId: long(channel.id) }),
  );
  group.migratedTo = channel;
  const [last] = by.person.box.with(`g${group.id}`);
  channel.migratedFrom = { group, maxId: last?.id ?? 0 };
  const update = new Api.UpdateChannel({ channelId: channelPeer(channel).channelId });
  for (const person of server.listeners(channel))
    tell(server, person, [update], person === by.person ? by.session : undefined);
  const begun = notice(
    ...([server, by, channel] as const),
    new Api.MessageActionChannelMigrateFrom({ title, chatId: long(group.id) }),
  );
  return { channel, updates: [...told, update, ...begun] };
}
