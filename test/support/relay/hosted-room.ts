import type { xml } from '@xmpp/client';
import { expect } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import type { RelayStage } from './relay-stage.js';

type XmlElement = ReturnType<typeof xml>;

const MAM = 'urn:xmpp:mam:2';

/** Has the operator make a room on the relays' own domain; its address, when one can enter it. */
export async function createRoom(stage: RelayStage, boss: XmppClient, name: string): Promise<string> {
  await boss.message(stage.domain, 'create');
  await boss.waitFor((stanza) => /Name of the room/.test(bodyOf(stanza)), 'the question for a name');
  await boss.message(stage.domain, name);
  await boss.waitFor((stanza) => /You own it/.test(bodyOf(stanza)), 'the answer');
  return `${name}@${stage.domain}`;
}

/** The words of all that an archive holds, oldest first, read page by page. */
export async function archiveOf(user: XmppClient, room: string, max = 2): Promise<readonly XmlElement[]> {
  const found: XmlElement[] = [];
  for (let after = ''; ; ) {
    const id = user.nextId();
    const answer = await user.iq(
      'set',
      room,
      `<query xmlns='${MAM}' queryid='${id}'><set xmlns='http://jabber.org/protocol/rsm'><max>${max}</max>${after && `<after>${after}</after>`}</set></query>`,
    );
    const fin = answer.getChild('fin', MAM);
    if (!fin) throw new Error(`no archive: ${answer.toString()}`);
    found.push(...user.received.filter((stanza) => stanza.getChild('result', MAM)?.attrs.queryid === id));
    const last = fin.getChild('set')?.getChildText('last');
    if (fin.attrs.complete === 'true' || !last) return found;
    expect(last).not.toBe(after);
    after = last;
  }
}

/** The message inside a result. */
export function archived(result: XmlElement): XmlElement {
  const message = result.getChild('result', MAM)?.getChild('forwarded')?.getChild('message');
  if (!message) throw new Error(`no result: ${result.toString()}`);
  return message;
}

export function bodyOf(stanza: XmlElement): string {
  return stanza.getChildText('body') ?? '';
}

/** The room's id of a message (XEP-0359). */
export function stanzaId(stanza: XmlElement): string {
  return String(stanza.getChild('stanza-id', 'urn:xmpp:sid:0')?.attrs.id);
}
