import type { XmlElement } from '@xmpp/client';
import type { XmppClient } from '../../client/xmpp-client.js';

/** A message with these words. */
export function bodyIs(text: string): (stanza: XmlElement) => boolean {
  return (stanza) => stanza.name === 'message' && stanza.getChildText('body') === text;
}

/** Somebody leaves a room. */
export function standInGone(room: string, nick: string): (stanza: XmlElement) => boolean {
  return ({ name, attrs }) =>
    name === 'presence' && attrs.type === 'unavailable' && attrs.from === `${room}/${nick}`;
}

/** Sets how a room takes part, by a word of a moderator there, and waits for the answer. */
export async function setting(moderator: XmppClient, room: string, words: string): Promise<string> {
  await moderator.message(room, `Relay: settings ${words}`, 'groupchat');
  const answer = await moderator.waitFor(
    (stanza) => stanza.attrs.from === `${room}/Relay` && / = \S+ — /.test(stanza.getChildText('body') ?? ''),
    `the setting ${words}`,
  );
  return answer.getChildText('body') ?? '';
}
