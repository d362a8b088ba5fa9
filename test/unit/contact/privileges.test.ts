import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OwnMessages } from '../../../src/core/privilege/own-message.js';
import { Privileges } from '../../../src/core/privilege/privileges.js';
import { IqRequests } from '../../../src/xmpp/iq.js';
import { parseJid } from '../../../src/xmpp/jid.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { roomOptions } from '../../support/core/room-options.js';
import { DOMAIN, parseStanzas } from '../../support/core/room-stage.js';
import { faultLog } from '../../support/fault-log.js';

const ALL =
  "<perm access='roster' type='both'/><perm access='message' type='outgoing'/>" +
  "<perm access='iq'><namespace ns='a' type='both'><namespace ns='b' type='get'/></namespace><namespace ns='c' type='set'/></perm>";
const OWN = {
  to: `bob@${DOMAIN}`,
  id: 'm1',
  type: 'chat',
  body: 'from my phone',
  content: '<body>from my phone</body>',
} as const;
const ROMEO = { owner: 'romeo@example.org' };

/** `version`: what the server answers when it is asked for it; none: an error. */
function privileges(version = ['Prosody', '0.12.3']): Privileges {
  const [name = '', number = ''] = version;
  const requests = new IqRequests((xml) => {
    const [asked] = parseStanzas(xml);
    if (!asked) throw new Error('no stanza');
    expect(asked.child('query', NS.VERSION)).toBeDefined();
    const { id, from, to } = asked.attrs;
    const query = `<query xmlns='${NS.VERSION}'><name>${name}</name><version>${number}</version></query>`;
    const [answer] = parseStanzas(
      `<iq id='${id}' from='${to}' to='${from}' type='${name === '' ? 'error' : 'result'}'>${query}</iq>`,
    );
    if (answer) queueMicrotask(() => requests.settle(answer));
  });
  return new Privileges({ options: roomOptions(DOMAIN), requests, log: faultLog([]) });
}

function hear(subject: Privileges, from: string, inside: string, attrs = ''): boolean {
  const [stanza] = parseStanzas(`<message from='${from}' to='${DOMAIN}' ${attrs}>${inside}</message>`);
  if (!stanza) throw new Error('no stanza');
  return subject.receive(stanza, parseJid(from));
}

function grant(subject: Privileges, perms = ALL, from = 'example.org', ns: string = NS.PRIVILEGE): boolean {
  return hear(subject, from, `<privilege xmlns='${ns}'>${perms}</privilege>`);
}

/** The message that a server routes for a stanza of ours, with the changes that servers make. */
function routed(wrapped: string, change: (xml: string) => string = (xml) => xml) {
  const inner = /<forwarded[^>]*>(.*)<\/forwarded>/.exec(wrapped)?.[1] ?? '';
  const [stanza] = parseStanzas(change(inner.replace(` xmlns='${NS.CLIENT}'`, '')));
  if (!stanza) throw new Error('no message');
  return stanza;
}

describe('privileges that servers grant', () => {
  it.each([NS.PRIVILEGE, NS.PRIVILEGE_1])('J01 takes the grants of %s, as servers write them', async (ns) => {
    const subject = privileges();
    expect(grant(subject, ALL, 'example.org', ns)).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect([subject.roster('example.org'), subject.message('example.org')]).toEqual([true, true]);
    expect(['a', 'b', 'c', 'd'].map((namespace) => subject.iq('example.org', namespace))).toEqual([
      'both',
      'get',
      'set',
      'none',
    ]);
    expect(subject.asUser(ROMEO, OWN)).toContain(`<privilege xmlns='${ns}'>`);
  });

  it.each([
    'romeo@example.org',
    'example.org/console',
    'evil.example',
    'sub.example.org',
    'admin@example.org/x',
  ])('J01 takes none of %s', (from) => {
    const subject = privileges();
    expect(grant(subject, ALL, from)).toBe(false);
    expect([subject.roster('example.org'), subject.message(parseJid(from).domain)]).toEqual([false, false]);
  });

  it.each([
    ['ejabberd', '23.01-1', false],
    ['ejabberd', '23.10', true],
    ['ejabberd', '24.02', true],
    ['ejabberd', '', false],
    ['', '', false],
    ['Openfire', '4', true],
  ])('J02 J04 speaks for users only where they see it: %s %s %s', async (name, version, message) => {
    const subject = privileges([name, version]);
    grant(subject, ALL, 'example.org', NS.PRIVILEGE_1);
    expect(subject.message('example.org')).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
    expect([subject.message('example.org'), subject.roster('example.org')]).toEqual([message, true]);
  });

  it('J02 what is not granted any more is withdrawn, and a new stream starts with nothing', () => {
    const subject = privileges();
    grant(subject);
    grant(subject, "<perm access='message' type='none'/>");
    expect([subject.roster('example.org'), subject.message('example.org')]).toEqual([false, false]);
    expect(subject.asUser(ROMEO, OWN)).toBeUndefined();
    grant(subject);
    subject.reset();
    expect(subject.roster('example.org')).toBe(false);
  });

  it.each(['get', 'set', 'none', 'all'])('J03 access %s to rosters is not enough to keep them', (type) => {
    const subject = privileges();
    grant(subject, `<perm access='roster' type='${type}'/>`);
    expect(subject.roster('example.org')).toBe(false);
  });

  it('J04 wraps a message of the user, from his bare JID', () => {
    const subject = privileges();
    grant(subject);
    const [stanza] = parseStanzas(subject.asUser(ROMEO, OWN) ?? '');
    expect(stanza?.attrs).toMatchObject({ from: DOMAIN, to: 'example.org' });
    const message = stanza
      ?.child('privilege', NS.PRIVILEGE)
      ?.child('forwarded', NS.FORWARD)
      ?.child('message', NS.CLIENT);
    expect(message?.attrs).toMatchObject({ from: 'romeo@example.org', to: OWN.to, type: 'chat', id: 'm1' });
    expect(message?.childText('body', NS.CLIENT)).toBe(OWN.body);
  });

  it('J04 a refused message withdraws the privilege', () => {
    const subject = privileges();
    grant(subject);
    const refusal = `<error type='auth'><forbidden xmlns='${NS.STANZA_ERRORS}'/></error>`;
    expect(hear(subject, 'romeo@example.org', refusal, "type='error'")).toBe(false);
    expect(hear(subject, 'example.org', refusal, "type='error'")).toBe(true);
    expect(subject.message('example.org')).toBe(false);
    expect(subject.roster('example.org')).toBe(true);
  });

  it('J05 knows its message when it comes back, whatever id it has, also after a restart', () => {
    const subject = privileges();
    grant(subject);
    const wrapped = subject.asUser(ROMEO, OWN) ?? '';
    const back = routed(wrapped, (xml) => xml.replace(/ id='m1'/, " id='other'"));
    const to = parseJid(OWN.to);
    for (const knower of [subject, privileges()])
      expect(knower.returns(back, parseJid(ROMEO.owner), to)).toBe(true);
    const bare = routed(wrapped, (xml) => xml.replace(/<origin-id[^>]*>/, ''));
    expect(subject.returns(bare, parseJid(ROMEO.owner), to)).toBe(true);
  });

  it('J05 takes no message of a user for one of its own', () => {
    const subject = privileges();
    grant(subject);
    const wrapped = subject.asUser(ROMEO, OWN) ?? '';
    const marked = routed(wrapped);
    const bare = routed(wrapped, (xml) => xml.replace(/<origin-id[^>]*>/, ''));
    const to = parseJid(OWN.to);
    // The same words from a client; the same mark from somebody else or to somebody else.
    expect(subject.returns(bare, parseJid('romeo@example.org/phone'), to)).toBe(false);
    expect(subject.returns(marked, parseJid('juliet@example.org'), to)).toBe(false);
    expect(subject.returns(marked, parseJid(ROMEO.owner), parseJid(`carol@${DOMAIN}`))).toBe(false);
    fc.assert(
      fc.property(fc.string(), (id) => {
        const stanza = routed(wrapped);
        const origin = stanza.child('origin-id');
        if (origin) origin.attrs.id = id;
        expect(subject.returns(stanza, parseJid(ROMEO.owner), to)).toBe(false);
      }),
    );
  });

  it('J05 remembers messages without a mark for a while only', () => {
    let now = 0;
    const own = new OwnMessages(Buffer.alloc(32), () => now);
    own.mark(ROMEO.owner, OWN);
    const [stanza] = parseStanzas(`<message><body>${OWN.body}</body></message>`);
    if (!stanza) throw new Error('no stanza');
    const known = () => own.recognises(stanza, parseJid(ROMEO.owner), parseJid(OWN.to));
    expect(known()).toBe(true);
    now = 3_600_000;
    expect(known()).toBe(false);
  });
});
