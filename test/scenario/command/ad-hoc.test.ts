import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import {
  command,
  commandOf,
  complete,
  noteOf,
  register,
  SERVERS,
  sessionOf,
  submit,
} from '../../support/service-talk.js';

const COMMANDS = 'http://jabber.org/protocol/commands';
const ADMIN = 'http://jabber.org/protocol/admin';

describe.each(SERVERS)('commands through %s', (xmpp) => {
  let stage: IrcStage;
  let alice: XmppClient;
  let bob: XmppClient;
  const SETTINGS = 'isthmus:settings';
  const detail = (answer: Awaited<ReturnType<typeof command>>) =>
    answer
      .getChild('error')
      ?.getChildElements()
      .find((child) => child.getNS() === COMMANDS)?.name;

  beforeAll(async () => {
    stage = await ircStage({ xmpp, config: { users: { admins: ['bob@localhost'] } } });
    [alice, bob] = await Promise.all([stage.user('alice'), stage.user('bob')]);
    await register(alice, stage.domain, { nick: 'Ally' });
  });

  it('K01 K02 a form, its legal actions, and its end by a note', async () => {
    const first = await command(alice, stage.domain, SETTINGS);
    const shown = commandOf(first);
    expect(shown.attrs.status).toBe('executing');
    const actions = shown.getChild('actions');
    expect(actions?.getChildElements().map(({ name }) => name)).toContain(actions?.attrs.execute);
    expect(shown.getChild('x', 'jabber:x:data')?.attrs.type).toBe('form');
    const end = await command(alice, stage.domain, SETTINGS, {
      session: sessionOf(first),
      form: submit({ language: 'en' }),
    });
    expect(commandOf(end).attrs.status).toBe('completed');
    expect(noteOf(end)).toMatch(/^Saved/);
  });

  it('K02 cancel ends the command', async () => {
    const session = sessionOf(await command(alice, stage.domain, SETTINGS));
    const end = await command(alice, stage.domain, SETTINGS, { session, action: 'cancel' });
    expect(commandOf(end).attrs.status).toBe('canceled');
    const after = await command(alice, stage.domain, SETTINGS, { session, form: submit({ language: 'ru' }) });
    expect(after.attrs.type).toBe('error');
  });

  it('K03 K05 bad calls have the errors of XEP-0050', async () => {
    const unknown = await command(alice, stage.domain, 'no-such-command');
    expect(errorCondition(unknown)).toBe('item-not-found');
    const session = sessionOf(await command(alice, stage.domain, SETTINGS));
    const wrong = await command(alice, stage.domain, SETTINGS, { session: 'invented', form: submit({}) });
    expect([errorCondition(wrong), detail(wrong)]).toEqual(['bad-request', 'bad-sessionid']);
    const odd = await command(alice, stage.domain, SETTINGS, { session, action: 'explode' });
    expect([errorCondition(odd), detail(odd)]).toEqual(['bad-request', 'malformed-action']);
    const back = await command(alice, stage.domain, SETTINGS, { session, action: 'prev' });
    expect([errorCondition(back), detail(back)]).toEqual(['bad-request', 'bad-action']);
    const choice = await command(alice, stage.domain, SETTINGS, {
      session,
      form: submit({ language: 'tlh' }),
    });
    expect([errorCondition(choice), detail(choice)]).toEqual(['bad-request', 'bad-payload']);
  });

  it('K04 S03 nobody else, and no other client, goes on with a command', async () => {
    const session = sessionOf(await command(alice, stage.domain, SETTINGS));
    const laptop = await stage.user('alice', 'laptop');
    for (const other of [laptop, bob]) {
      const answer = await command(other, stage.domain, SETTINGS, {
        session,
        form: submit({ language: 'ru' }),
      });
      expect(detail(answer)).toBe('bad-sessionid');
    }
    await laptop.disconnect();
  });

  it('Q12 the language of the request is the language of the answer', async () => {
    const id = bob.nextId();
    await bob.send(
      `<iq type='set' id='${id}' to='${stage.domain}' xml:lang='ru'><command xmlns='${COMMANDS}' node='isthmus:join'/></iq>`,
    );
    const answer = await bob.waitFor({ name: 'iq', id }, 'the form');
    expect(commandOf(answer).getChild('x')?.getChildText('title')).toMatch(/[а-я]/);
  });

  it('K06 login and logout', async () => {
    const room = stage.room('#out');
    await alice.joinRoom(room, 'Ally');
    expect(noteOf(await command(alice, stage.domain, 'isthmus:status'))).toContain(`#out%${stage.irc.host}`);
    expect(noteOf(await command(alice, stage.domain, 'isthmus:logout'))).toMatch(/disconnected/);
    await alice.waitFor(
      { name: 'presence', type: 'unavailable', from: `${room}/Ally`, status: '110' },
      'the room left',
    );
    expect(noteOf(await command(alice, stage.domain, 'isthmus:status'))).toMatch(/not connected/);
    expect(noteOf(await command(alice, stage.domain, 'isthmus:login'))).toMatch(/Connecting/);
  });

  it('I35 K06 a room by its name: an invitation', async () => {
    const note = await complete(alice, stage.domain, 'isthmus:join', { room: `#tea ${stage.irc.host}` });
    expect(note).toContain(stage.room('#tea'));
    const invitation = await alice.waitFor(
      { name: 'message', child: ['x', 'jabber:x:conference'] },
      'the invitation',
    );
    expect(invitation.getChild('x', 'jabber:x:conference')?.attrs.jid).toBe(stage.room('#tea'));
  });

  it('K08 the operator lists, counts, announces to, disconnects and deletes users', async () => {
    const items = await bob.iq(
      'get',
      stage.domain,
      `<query xmlns='http://jabber.org/protocol/disco#items' node='${COMMANDS}'/>`,
    );
    const nodes =
      items
        .getChild('query')
        ?.getChildren('item')
        .map(({ attrs }) => attrs.node) ?? [];
    for (const name of [
      'announce',
      'get-registered-users-list',
      'get-online-users-list',
      'delete-user',
      'end-user-session',
      'get-user-statistics',
    ])
      expect(nodes).toContain(`${ADMIN}#${name}`);
    const listed = async (name: string) =>
      commandOf(await command(bob, stage.domain, `${ADMIN}#${name}`))
        .getChild('x')
        ?.getChildren('field')
        .flatMap((field) => field.getChildren('value').map((value) => value.text()));
    expect(await listed('get-registered-users-list')).toContain('alice@localhost');
    expect(await listed('get-online-users-list')).toContain('alice@localhost');
    await complete(bob, stage.domain, `${ADMIN}#announce`, {
      FORM_TYPE: ADMIN,
      announcement: 'Tea is ready',
    });
    await alice.waitFor({ name: 'message', from: stage.domain, body: 'Tea is ready' }, 'the announcement');
    await complete(bob, stage.domain, `${ADMIN}#end-user-session`, {
      FORM_TYPE: ADMIN,
      accountjids: 'alice@localhost',
    });
    await complete(bob, stage.domain, `${ADMIN}#delete-user`, {
      FORM_TYPE: ADMIN,
      accountjids: 'alice@localhost',
    });
    await alice.waitFor(
      { name: 'presence', type: 'unavailable', from: stage.domain },
      'the end of the registration',
    );
    expect(await listed('get-registered-users-list')).not.toContain('alice@localhost');
  });

  it('K08 S03 for others there is no such thing', async () => {
    const answer = await command(alice, stage.domain, `${ADMIN}#get-registered-users-list`);
    expect(errorCondition(answer)).toBe('forbidden');
    const items = await alice.iq(
      'get',
      stage.domain,
      `<query xmlns='http://jabber.org/protocol/disco#items' node='${COMMANDS}'/>`,
    );
    expect(items.toString()).not.toContain(ADMIN);
  });
});
