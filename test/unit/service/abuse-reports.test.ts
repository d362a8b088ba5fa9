import { describe, expect, it } from 'vitest';
import { AbuseReports } from '../../../src/core/service/abuse-reports.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { parseJid } from '../../../src/xmpp/jid.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { roomOptions } from '../../support/core/room-options.js';
import { DOMAIN, parseStanzas, RoomStage } from '../../support/core/room-stage.js';

const report = (inside: string, reason = 'urn:xmpp:reporting:spam', from = 'example.org') =>
  `<message from='${from}' to='${DOMAIN}'><report xmlns='${NS.REPORTING}' reason='${reason}'>` +
  `${inside}<text>terrible words</text><unknown/></report><body>terrible words</body></message>`;
const jid = (address: string) => `<jid xmlns='urn:xmpp:jid:0'>${address}</jid>`;

/** What was logged of a message. */
function logged(xml: string): object[] {
  const entries: object[] = [];
  const note = (fields: object, message: string) => void entries.push({ ...fields, message });
  const log = { debug: note, info: note, warn: note, error: note };
  const reports = new AbuseReports({ options: roomOptions(DOMAIN), log });
  const [stanza] = parseStanzas(xml) as [XmlElement];
  expect(reports.receive(stanza, parseJid(stanza.attrs.from ?? ''))).toBe(true);
  return entries;
}

describe('reports that servers pass on', () => {
  it('L02 are logged with whom they are of and why, without words', () => {
    const [entry] = logged(report(jid(`bob@${DOMAIN}/x`)));
    expect(entry).toMatchObject({ reporter: 'example.org', reported: `bob@${DOMAIN}`, reason: 'spam' });
    expect(JSON.stringify(entry)).not.toContain('terrible');
    expect(logged(report(jid(`bob@${DOMAIN}`), 'urn:xmpp:reporting:abuse'))).toMatchObject([
      { reason: 'abuse' },
    ]);
  });

  it.each(['', jid('bob@elsewhere.example'), jid('@@'), jid('')])(
    'L02 of nobody here (%j) is nobody, for whatever reason',
    (inside) => {
      expect(logged(report(inside, 'constructor'))).toMatchObject([{ reported: undefined, reason: 'other' }]);
    },
  );

  it('L02 of servers whose users may not use the gateway are ignored', () => {
    expect(logged(report(jid(`bob@${DOMAIN}`), 'urn:xmpp:reporting:spam', 'elsewhere.example'))).toEqual([]);
  });

  it('L02 are no words to the gateway: nothing is answered', async () => {
    const stage = new RoomStage();
    await stage.receive(report(jid(`bob@${DOMAIN}`), 'urn:xmpp:reporting:spam', 'romeo@example.org/x'));
    expect(stage.take()).toEqual([]);
    expect(stage.faults).toEqual([]);
  });
});
