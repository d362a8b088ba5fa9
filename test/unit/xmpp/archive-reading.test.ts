import { describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { parseStanza } from '../../../src/xmpp/parse-stanza.js';
import { readArchiveResult } from '../../../src/xmpp/xep/0313-message-archive-management/reading.js';

const RESULT = `<message from='room@rooms.example' to='relay@example/r'>
  <result xmlns='urn:xmpp:mam:2' queryid='q' id='a1'><forwarded xmlns='urn:xmpp:forward:0'>
    <delay xmlns='urn:xmpp:delay' stamp='2026-11-21T10:00:00Z'/>
    <message xmlns='jabber:client' from='room@rooms.example/Ann' type='groupchat' id='m1'><body>hello</body>
      <occupant-id xmlns='urn:xmpp:occupant-id:0' id='o1'/></message>
  </forwarded></result></message>`;

describe('what an archive tells', () => {
  it('is a stanza as it would have come live, whatever namespace it was forwarded in (XEP-0297 §3.1)', () => {
    const stanza = parseStanza(RESULT);
    const read = stanza && readArchiveResult(stanza, 'q');
    expect(read).toMatchObject({ id: 'a1', time: Date.UTC(2026, 10, 21, 10) });
    expect(read?.stanza.childText('body', NS.COMPONENT)).toBe('hello');
    expect(read?.stanza.child('occupant-id', NS.OCCUPANT_ID)?.attrs.id).toBe('o1');
  });

  it('is nothing where it belongs to another query', () => {
    const stanza = parseStanza(RESULT);
    expect(stanza && readArchiveResult(stanza, 'other')).toBeUndefined();
  });
});
