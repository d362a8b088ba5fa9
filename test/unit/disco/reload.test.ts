import { describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { CLIENT, ContactStage } from '../../support/core/contact-stage.js';
import { DOMAIN } from '../../support/core/room-stage.js';

const SUPPORT = { abuse: [], admin: [], support: ['xmpp:help@example.org'], security: [], status: [] };

/** What the gateway's presences of late say of its features. */
function shownVers(stage: ContactStage): (string | undefined)[] {
  return stage
    .take()
    .filter(({ name, attrs }) => name === 'presence' && attrs.from === DOMAIN && attrs.type === undefined)
    .map((presence) => presence.child('c', NS.CAPS)?.attrs.ver);
}

describe('a configuration that is read again', () => {
  it('B12 shows users at once what the gateway says of itself now, and nothing when that is the same', async () => {
    const stage = new ContactStage();
    await stage.register();
    await stage.comes();
    const [before] = shownVers(stage);
    stage.reload({});
    expect(shownVers(stage)).toEqual([]);
    stage.reload({ contact: SUPPORT });
    const [after, ...more] = shownVers(stage);
    expect(more).toEqual([]);
    expect(after).not.toBe(before);
    const query = `<query xmlns='${NS.DISCO_INFO}' node='xmpp:${DOMAIN}#${after}'/>`;
    await expect(stage.result('get', CLIENT, DOMAIN, query)).resolves.toBeDefined();
  });

  it('E11 K06 says that it offers contacts, and lists those that there are', async () => {
    const stage = new ContactStage();
    await stage.register();
    await stage.comes();
    const query = await stage.result('get', CLIENT, DOMAIN, `<query xmlns='${NS.DISCO_INFO}'/>`);
    expect(query.childrenNamed('feature').map(({ attrs }) => attrs.var)).toContain(NS.ROSTERX);
    stage.take();
    const ask = `<message type='chat' from='${CLIENT}' to='${DOMAIN}' id='c'><body>contacts</body></message>`;
    await stage.receive(ask);
    const [none] = stage.take().flatMap((stanza) => stanza.childText('body') ?? []);
    expect(none).toMatch(/no contacts/);
    stage.world.person('juliet');
    await stage.presence('subscribe', 'juliet');
    stage.take();
    await stage.receive(ask);
    const [some] = stage.take().flatMap((stanza) => stanza.childText('body') ?? []);
    expect(some).toContain(`juliet@${DOMAIN}`);
  });
});
