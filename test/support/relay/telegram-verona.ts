import type { XmlElement } from '@xmpp/client';
import type { XmppClient } from '../../client/xmpp-client.js';
import type { BoxMessage } from '../../servers/telegram/world/box.js';
import { heardIn as readThere } from '../../servers/telegram/world/reading.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import type { ChannelPlace, GroupPlace } from '../../servers/telegram/world/world.js';
import { heardIn, type TelegramRelayOptions, TelegramRelayStage } from './telegram-relay-stage.js';

/** Romeo's and Juliet's group, linked with a room where Alice is. */
export interface Verona<Place extends GroupPlace | ChannelPlace = GroupPlace | ChannelPlace> {
  readonly stage: TelegramRelayStage;
  /** Owner of the group. */
  readonly juliet: ScriptedPerson;
  readonly group: Place;
  readonly room: string;
  /** Moderator of the room. */
  readonly alice: XmppClient;
  /** Words that Juliet sees in the group, oldest first. */
  texts(): readonly string[];
  /** The message that has these words there; waits for it. */
  there(words: string): Promise<BoxMessage>;
  /** The next groupchat message in the room that has these words; from another than Alice. */
  here(words: string): Promise<XmlElement>;
  /** Alice says something with further elements; resolves with the id that the room gives it. */
  say(words: string, more?: string): Promise<string>;
}

/** A group of the wanted kind, in which the bot is, as an admin or not. */
export async function verona(
  kind: 'group' | 'supergroup',
  { admin = true, ...options }: TelegramRelayOptions & { readonly admin?: boolean } = {},
): Promise<Verona> {
  const stage = await TelegramRelayStage.start(options);
  const juliet = stage.telegram.person('Juliet', { username: 'juliet' });
  const room = stage.room('verona');
  const alice = await stage.user('alice');
  await alice.joinRoom(room, 'Alice');
  await stage.logIn();
  const group =
    kind === 'group'
      ? juliet.as.createsGroup('Verona', stage.bot)
      : juliet.as.createsChannel({ title: 'Verona' }, stage.bot);
  if (admin) juliet.as.promotes(group, stage.bot);
  await stage.link(room, stage.jid(group));
  const messages = (place: GroupPlace | ChannelPlace = group) => readThere(place, juliet.person);
  return {
    ...{ stage, juliet, group, room, alice },
    texts: () =>
      messages()
        .map(({ text }) => text)
        .filter((text) => text !== '')
        .reverse(),
    there: async (words) => {
      let found: BoxMessage | undefined;
      for (const until = Date.now() + 20_000; Date.now() < until; ) {
        found = messages().find(({ text }) => text.includes(words));
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`nobody said "${words}" there`);
    },
    here: (words) => heardIn(alice, room, words),
    say: async (words, more = '') => {
      const id = alice.nextId();
      await alice.send(
        `<message type='groupchat' to='${room}' id='${id}'><body>${words}</body>${more}</message>`,
      );
      const shown = await alice.waitFor(
        ({ name, attrs }) => name === 'message' && attrs.id === id && attrs.from === `${room}/Alice`,
        `"${words}" as the room shows it`,
      );
      return stanzaIdOf(shown);
    },
  };
}

/** What a room calls a message. */
export function stanzaIdOf(stanza: XmlElement): string {
  return stanza.getChild('stanza-id', 'urn:xmpp:sid:0')?.attrs.id ?? '';
}
