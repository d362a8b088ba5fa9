import type { XmlElement } from '@xmpp/client';
import { MUC_USER } from '../../client/stanza-match.js';
import { escapeXml, type XmppClient } from '../../client/xmpp-client.js';

/** The servers that the important behaviours are shown on. */
export const XMPP_SERVERS = ['prosody', 'ejabberd'] as const;

/** The one item of a room's presence (XEP-0045 §7.2.2); throws when there is not exactly one. */
export function itemOf(presence: XmlElement): Record<string, string | undefined> {
  const extensions = presence.getChildren('x', MUC_USER);
  const items = extensions.flatMap((x) => x.getChildren('item'));
  const [item] = items;
  if (extensions.length !== 1 || items.length !== 1 || !item)
    throw new Error(`not exactly one item: ${presence.toString()}`);
  return item.attrs;
}

/** The actor and the reason in a room's presence (XEP-0045 §8.2). */
export function actOf(presence: XmlElement): { actor: string | undefined; reason: string | null } {
  const item = presence.getChild('x', MUC_USER)?.getChild('item');
  return { actor: item?.getChild('actor')?.attrs.nick, reason: item?.getChildText('reason') ?? null };
}

/** XEP-0421; throws when there is not exactly one. */
export function occupantIdOf(stanza: XmlElement): string {
  const ids = stanza.getChildren('occupant-id', 'urn:xmpp:occupant-id:0').map(({ attrs }) => attrs.id);
  if (ids.length !== 1 || !ids[0]) throw new Error(`not exactly one occupant-id: ${stanza.toString()}`);
  return ids[0];
}

/** XEP-0359: the id that the room gave; throws when there is not exactly one or another assigner. */
export function stanzaIdOf(stanza: XmlElement): string {
  const ids = stanza.getChildren('stanza-id', 'urn:xmpp:sid:0').map(({ attrs }) => attrs);
  const [first] = ids;
  const room = stanza.attrs.from?.replace(/\/.*$/s, '');
  if (ids.length !== 1 || !first?.id || first.by !== room)
    throw new Error(`not exactly one stanza-id of the room: ${stanza.toString()}`);
  return first.id;
}

/** What a client has received from a room and its occupants, in order. */
export function fromRoom(client: XmppClient, room: string): XmlElement[] {
  return client.received.filter(({ attrs }) => attrs.from?.replace(/\/.*$/s, '') === room);
}

/** Asks to enter a room, and resolves with its refusal. */
export async function refusedJoin(
  client: XmppClient,
  room: string,
  nick: string,
  password?: string,
): Promise<XmlElement> {
  const key = password === undefined ? '' : `<password>${escapeXml(password)}</password>`;
  await client.send(
    `<presence to='${escapeXml(`${room}/${nick}`)}'><x xmlns='http://jabber.org/protocol/muc'>${key}</x></presence>`,
  );
  return client.waitFor(
    ({ name, attrs }) => name === 'presence' && attrs.type === 'error' && attrs.from === `${room}/${nick}`,
    `the refusal of ${room}`,
  );
}

/** Leaves a room, and resolves with the own unavailable presence. */
export async function leaveRoom(client: XmppClient, room: string, nick: string): Promise<XmlElement> {
  await client.send(`<presence type='unavailable' to='${escapeXml(`${room}/${nick}`)}'/>`);
  return client.waitFor(
    { name: 'presence', type: 'unavailable', from: `${room}/${nick}`, status: '110' },
    `the end in ${room}`,
  );
}

/** Asks for something of `muc#admin`. */
export function admin(
  client: XmppClient,
  room: string,
  type: 'get' | 'set',
  items: string,
): Promise<XmlElement> {
  return client.iq(type, room, `<query xmlns='http://jabber.org/protocol/muc#admin'>${items}</query>`);
}
