import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import { rosterState } from '../../support/service-talk.js';
import { DOMAIN, ProcessStage } from '../../support/telegram/process-stage.js';

describe('a contact list of Telegram in the roster of a real server', () => {
  let stage: ProcessStage;
  let alice: XmppClient;
  let desk: XmppClient;
  let anna: ScriptedPerson;
  let bert: ScriptedPerson;

  async function roster(): Promise<Readonly<Record<string, string>>> {
    const answer = await alice.iq('get', undefined, "<query xmlns='jabber:iq:roster'/>");
    const items = answer.getChild('query', 'jabber:iq:roster')?.getChildren('item') ?? [];
    return Object.fromEntries(
      items.flatMap(({ attrs }) =>
        attrs.jid?.endsWith(`@${DOMAIN}`) ? [[attrs.jid, attrs.name ?? '']] : [],
      ),
    );
  }

  beforeAll(async () => {
    stage = await ProcessStage.start({ privileged: true });
    const { telegram } = stage;
    anna = telegram.person('Anna', { phone: '491701234567' });
    bert = telegram.person('Bertold', { phone: '491707654321' });
    anna.knows(bert, 'Bert', 'Brecht');
    anna.knows(telegram.person('\u202eevil\u0007'), '\u202eevil\u0007');
    const gone = telegram.person('Gone');
    anna.knows(gone, '');
    gone.deletesAccount();
    alice = await stage.user('alice');
    desk = await stage.user('alice', 'desk');
    await stage.register(alice, anna);
  });

  it('J04 people are there by the names that the user has given them, under addresses that stay (E07)', async () => {
    await expect.poll(roster).toMatchObject({ [stage.jid(bert)]: 'Bert Brecht' });
    const names = Object.values(await roster());
    expect(names).toContain('evil');
    expect(names).toContain('Deleted Account');
    anna.knows(bert, 'Berti');
    await expect.poll(roster).toMatchObject({ [stage.jid(bert)]: 'Berti' });
  });

  it('D21 whose presence is told without asking', async () => {
    bert.comesOnline();
    await alice.waitFor({ name: 'presence', from: stage.jid(bert), type: null }, 'Bert available');
  });

  it('G08 G09 with his picture, and another one when it changes', async () => {
    const picture = (background: string) =>
      sharp({ create: { width: 64, height: 64, channels: 3, background } })
        .jpeg()
        .toBuffer();
    const hashes = new Set<string>();
    for (const colour of ['teal', 'plum']) {
      bert.changesPicture({ bytes: await picture(colour), width: 64, height: 64 });
      const update = await alice.waitFor(
        (stanza) =>
          stanza.attrs.from === stage.jid(bert) &&
          (stanza.getChild('x', 'vcard-temp:x:update')?.getChildText('photo') ?? '') !== '' &&
          !hashes.has(stanza.getChild('x', 'vcard-temp:x:update')?.getChildText('photo') ?? ''),
        'a new picture',
      );
      hashes.add(update.getChild('x', 'vcard-temp:x:update')?.getChildText('photo') ?? '');
    }
    const card = await alice.iq('get', stage.jid(bert), "<vCard xmlns='vcard-temp'/>");
    const binary = card.getChild('vCard', 'vcard-temp')?.getChild('PHOTO')?.getChildText('BINVAL') ?? '';
    expect((await sharp(Buffer.from(binary, 'base64')).metadata()).width).toBe(64);
  });

  it('F32 what the user says by telephone is his own message on all his clients', async () => {
    await rosterState(alice, stage.jid(bert), 'both').catch(() => undefined);
    await desk.send("<iq type='set' id='c1'><enable xmlns='urn:xmpp:carbons:2'/></iq>");
    await desk.waitFor({ name: 'iq', id: 'c1' }, 'carbons');
    anna.says('from my telephone', bert);
    const carbon = await desk.waitFor(
      (stanza) => /from my telephone/.test(stanza.toString()),
      'his own words',
    );
    expect(carbon.toString()).toContain(`to="${stage.jid(bert)}"`);
    expect(carbon.getChild('sent', 'urn:xmpp:carbons:2')).toBeDefined();
    expect(bert.person.box.messages.size).toBe(1);
  });

  it('F14 what the user reads by telephone is read on all his clients', async () => {
    bert.says('hast thou read it?', anna);
    const asked = await alice.waitFor({ name: 'message', body: 'hast thou read it?' }, 'words of Bert');
    anna.reads(bert);
    const carbon = await desk.waitFor(
      (stanza) => /<displayed /.test(stanza.toString()),
      'a marker of his own',
    );
    expect(carbon.getChild('sent', 'urn:xmpp:carbons:2')).toBeDefined();
    expect(carbon.toString()).toContain(`id="${asked.attrs.id}"`);
  });

  it('D18 who is no contact any more is none here either', async () => {
    anna.forgets(bert);
    await expect.poll(async () => Object.keys(await roster())).not.toContain(stage.jid(bert));
  });
});
