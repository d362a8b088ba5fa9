import type { XmlElement } from '@xmpp/client';
import { MUC_USER } from '../../client/stanza-match.js';
import type { XmppClient } from '../../client/xmpp-client.js';

const MAM = 'urn:xmpp:mam:2';

/** What the archive of a room holds for a user, oldest first, all of it. */
export async function archivedBodies(client: XmppClient, room: string): Promise<readonly string[]> {
  const bodies: string[] = [];
  for (let after = ''; ; ) {
    const queryId = client.nextId();
    const set = `<set xmlns='http://jabber.org/protocol/rsm'>${after && `<after>${after}</after>`}</set>`;
    const answer = await client.iq('set', room, `<query xmlns='${MAM}' queryid='${queryId}'>${set}</query>`);
    for (const stanza of client.received) {
      const result = stanza.getChild('result', MAM);
      const message = result?.getChild('forwarded', 'urn:xmpp:forward:0')?.getChild('message');
      if (message && result?.attrs.queryid === queryId) bodies.push(message.getChildText('body') ?? '');
    }
    const fin = answer.getChild('fin', MAM);
    if (!fin) throw new Error(`no archive: ${answer.toString()}`);
    if (fin.attrs.complete === 'true') return bodies;
    after = fin.getChild('set')?.getChildText('last') ?? '';
  }
}

/** The reason of an invitation by a room (XEP-0045 §7.8.2); undefined for any other stanza. */
export function invitationOf(stanza: XmlElement): string | undefined {
  const invite = stanza.getChild('x', MUC_USER)?.getChild('invite');
  return invite ? (invite.getChildText('reason') ?? '') : undefined;
}
