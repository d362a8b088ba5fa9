import { GatewayError } from '../../../src/gateway/error.js';
import type { RoomChanges, RoomsFacet } from '../../../src/gateway/session.js';
import type { TgClient } from '../client/client.js';
import type { PeerId } from '../client/model.js';
import { splitEntityText } from '../content/split-entity-text.js';
import { toEntities } from '../content/to-entities.js';
import { randomIdOf } from '../conversation/random-id.js';
import type { ChangingServices } from './moderation.js';

/** UTF-16 units of a message (core.telegram.org/api/config). */
const MOST_TEXT = 4_096;
/** Seconds between two messages of one member that Telegram offers (channels.toggleSlowMode). */
const PACES = [0, 10, 30, 60, 300, 900, 3_600];

/**
 * What a group is: its title and what is said about it, how often one may speak. Its subject is the message that is
 * pinned: a new one is said and pinned, an empty one takes the pin away.
 */
export function roomSettings({
  inChat,
}: Pick<ChangingServices, 'inChat'>): Pick<RoomsFacet, 'setSubject'> &
  Required<Pick<RoomsFacet, 'configure'>> {
  return {
    setSubject: (room, subject) =>
      inChat(room, (client, chat) =>
        subject.trim() === ''
          ? unpinCurrent(client, chat).then(() => undefined)
          : sayAndPin(client, chat, subject),
      ),
    configure: (room, changes) => inChat(room, (client, chat) => change(client, chat, changes)),
  };
}

/** Takes away the pin that everybody sees first, if there is one. Rejects with TgError. */
export async function unpinCurrent(client: TgClient, chat: PeerId): Promise<boolean> {
  const { pinned } = await client.about(chat);
  if (pinned !== undefined) await client.pin(chat, pinned, false);
  return pinned !== undefined;
}

async function sayAndPin(client: TgClient, chat: PeerId, subject: string): Promise<void> {
  // Nothing is to be said that cannot be pinned then.
  if (client.directory.rights(chat)?.pin === false)
    throw new GatewayError('forbidden', { key: 'telegram-refused-rights' });
  const [first] = splitEntityText(toEntities(subject, { unstyled: false }), MOST_TEXT);
  if (!first) return;
  const [said] = await client.send(chat, { randomId: randomIdOf(undefined, 0), ...first });
  if (said) await client.pin(chat, said.id, true);
}

async function change(
  client: TgClient,
  chat: PeerId,
  { name, description, slowModeSeconds, ...others }: RoomChanges,
): Promise<void> {
  if (Object.keys(others).length > 0) throw new GatewayError('unsupported', { key: 'telegram-room-cannot' });
  if (name !== undefined && name.trim() === '')
    throw new GatewayError('rejected', { key: 'telegram-title-missing' });
  await client.changeChat(chat, {
    ...(name !== undefined && { title: name.trim() }),
    ...(description !== undefined && { about: description }),
    ...(slowModeSeconds !== undefined && { slowModeSeconds: paceOf(slowModeSeconds) }),
  });
}

/** The next slower of those that there are. */
function paceOf(seconds: number): number {
  return PACES.find((pace) => pace >= seconds) ?? Math.max(...PACES);
}
