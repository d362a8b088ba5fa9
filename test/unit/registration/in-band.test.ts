import { describe, expect, it } from 'vitest';
import { el } from '../../../src/xmpp/element.js';
import { parseJid } from '../../../src/xmpp/jid.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { parseDataForm } from '../../../src/xmpp/xep/0004-data-forms/data-form.js';
import {
  ADMIN,
  DOMAIN,
  ROMEO,
  registration,
  ServiceStage,
  STRANGER,
  submit,
} from '../../support/service-stage.js';

const query = (...children: Parameters<typeof el>[3][]) => el('query', NS.REGISTER, null, ...children);
const remove = () => query(el('remove', NS.REGISTER));

describe('in-band registration', () => {
  it('C01 C02 shows instructions, plain fields and a form that repeats them', async () => {
    const stage = new ServiceStage();
    const shown = await stage.ok('get', ROMEO, query());
    expect(shown.child('registered')).toBeUndefined();
    expect(shown.childText('instructions')).toContain(DOMAIN);
    expect(shown.child('nick')).toBeDefined();
    expect(shown.child('password')).toBeDefined();
    const x = shown.child('x', NS.DATA);
    const form = x && parseDataForm(x);
    expect(form?.fields.map(({ var: name, type, required }) => [name, type, required])).toEqual([
      ['FORM_TYPE', 'hidden', undefined],
      ['nick', 'text-single', true],
      ['password', 'text-private', true],
      ['greet', 'boolean', undefined],
    ]);
    expect(form?.fields[0]?.values).toEqual([NS.REGISTER]);
  });

  it('C03 a required field outside the schema is only in the form, and no plain field beside it', async () => {
    const stage = new ServiceStage({ asksServer: true });
    const shown = await stage.ok('get', ROMEO, query());
    expect(shown.elements().map(({ name }) => name)).toEqual(['instructions', 'x']);
  });

  it('C04 plain fields and the form have the same outcome', async () => {
    const plain = new ServiceStage();
    await plain.ok('set', ROMEO, registration({ nick: 'Romeo', password: 's3cret' }));
    const form = new ServiceStage();
    await form.ok('set', ROMEO, query(submit({ FORM_TYPE: NS.REGISTER, nick: 'Romeo', password: 's3cret' })));
    const pick = (stage: ServiceStage) => {
      const { settings, secrets, registered } = stage.store.row('romeo@example.org') ?? {};
      return { settings, secrets, registered };
    };
    expect(pick(plain)).toEqual({
      settings: { nick: 'Romeo' },
      secrets: { password: 's3cret' },
      registered: true,
    });
    expect(pick(form)).toEqual(pick(plain));
    expect(form.sink.take()).toEqual(plain.sink.take());
  });

  it('C04 a form beside plain fields wins', async () => {
    const stage = new ServiceStage();
    const both = query(el('nick', NS.REGISTER, null, 'Plain'), submit({ nick: 'Form', password: 'x' }));
    await stage.ok('set', ROMEO, both);
    expect(stage.store.row('romeo@example.org')?.settings.nick).toBe('Form');
  });

  it.each([[{ nick: 'Romeo' }], [{ nick: 'Romeo', password: '' }], [{ password: 'x' }], [{ username: 'x' }]])(
    'C05 %j lacks something: not-acceptable, nothing stored',
    async (fields) => {
      const stage = new ServiceStage();
      const error = await stage.fails('set', ROMEO, registration(fields));
      expect([error.condition, error.type, error.legacyCode]).toEqual(['not-acceptable', 'modify', 406]);
      expect(stage.store.rows.size).toBe(0);
      expect(stage.sink.take()).toEqual([]);
    },
  );

  it('C06 refused credentials: not-acceptable, nothing stored or subscribed', async () => {
    const stage = new ServiceStage();
    const error = await stage.fails('set', ROMEO, registration({ nick: 'Romeo', password: 'wrong' }));
    expect(error.condition).toBe('not-acceptable');
    expect(error.text).toBe('The password is wrong.');
    expect(stage.store.rows.size).toBe(0);
    expect(stage.sink.take()).toEqual([]);
  });

  it('C07 C08 an unreachable network and a taken name are other errors', async () => {
    const stage = new ServiceStage();
    const away = await stage.fails('set', ROMEO, registration({ nick: 'unreachable', password: 'x' }));
    expect([away.condition, away.type]).toEqual(['remote-server-timeout', 'wait']);
    const taken = await stage.fails('set', ROMEO, registration({ nick: 'taken', password: 'x' }));
    expect([taken.condition, taken.legacyCode]).toEqual(['conflict', 409]);
  });

  it('C09 the result comes first, then subscribe from the bare domain to the bare user, then the login', async () => {
    const stage = new ServiceStage();
    await stage.ok('set', ROMEO, registration({ nick: 'Romeo', password: 's3cret' }));
    expect(stage.sink.take()).toEqual([
      '<result/>',
      `<presence from='${DOMAIN}' to='romeo@example.org' type='subscribe'/>`,
    ]);
    expect(stage.gateway.world.connected.size).toBe(1);
  });

  it('C09 an implicit account becomes lasting and loses nothing', async () => {
    const stage = new ServiceStage({ domain: { policy: 'open' } });
    const account = await stage.context.accounts.ensure(parseJid(ROMEO));
    await stage.context.accounts.update(account, { stays: { '#tea': 'Romeo' }, language: 'ru' });
    await stage.ok('set', ROMEO, registration({ nick: 'Romeo', password: 'x' }));
    expect(stage.store.rows.size).toBe(1);
    expect(stage.store.row('romeo@example.org')).toMatchObject({
      registered: true,
      language: 'ru',
      stays: { '#tea': 'Romeo' },
    });
  });

  it('C11 S19 shows what is on record, but never the password', async () => {
    const stage = new ServiceStage();
    await stage.register();
    const shown = await stage.ok('get', ROMEO, query());
    expect(shown.child('registered')).toBeDefined();
    expect(shown.childText('nick')).toBe('Romeo');
    expect(shown.childText('password')).toBe('');
    expect(shown.toString()).not.toContain('s3cret');
  });

  it('C12 a change replaces everything; a failed one leaves the old', async () => {
    const stage = new ServiceStage();
    await stage.ok('set', ROMEO, query(submit({ nick: 'Romeo', password: 'a', greet: '1' })));
    stage.sink.take();
    await stage.fails('set', ROMEO, registration({ nick: 'Other', password: 'wrong' }));
    expect(stage.store.row('romeo@example.org')?.settings).toEqual({ nick: 'Romeo', greet: '1' });
    await stage.ok('set', ROMEO, registration({ nick: 'Other', password: 'b' }));
    expect(stage.store.row('romeo@example.org')).toMatchObject({ secrets: { password: 'b' } });
    expect(stage.store.row('romeo@example.org')?.settings).toEqual({ nick: 'Other' });
    expect(stage.sink.take(), 'no second subscribe').toEqual(['<result/>']);
  });

  it('C13 an empty password keeps the old one', async () => {
    const stage = new ServiceStage();
    await stage.register();
    await stage.ok('set', ROMEO, registration({ nick: 'Renamed', password: '' }));
    expect(stage.store.row('romeo@example.org')).toMatchObject({
      settings: { nick: 'Renamed' },
      secrets: { password: 's3cret' },
    });
  });

  it('C14 C17 removal from any resource: out of the network, erased, result, then three presences', async () => {
    const stage = new ServiceStage();
    await stage.register();
    await stage.ok('set', 'ROMEO@example.org/balcony', remove());
    expect(stage.gateway.world.connected.size).toBe(0);
    expect(stage.store.rows.size).toBe(0);
    expect(stage.sink.take()).toEqual([
      '<result/>',
      ...['unsubscribe', 'unsubscribed', 'unavailable'].map(
        (type) => `<presence from='${DOMAIN}' to='romeo@example.org' type='${type}'/>`,
      ),
    ]);
    const again = await stage.ok('get', ROMEO, query());
    expect(again.child('registered')).toBeUndefined();
    expect(again.childText('nick'), 'a new registration starts clean').toBe('');
  });

  it('C16 remove with siblings is a bad request; by the unregistered it is refused', async () => {
    const stage = new ServiceStage();
    const error = await stage.fails('set', ROMEO, remove());
    expect([error.condition, error.legacyCode]).toEqual(['registration-required', 407]);
    await stage.register();
    const siblings = query(el('remove', NS.REGISTER), el('username', NS.REGISTER, null, 'x'));
    expect((await stage.fails('set', ROMEO, siblings)).condition).toBe('bad-request');
    expect(stage.store.rows.size).toBe(1);
  });

  it('C16 an implicit account is no registration', async () => {
    const stage = new ServiceStage({ domain: { policy: 'open' } });
    await stage.context.accounts.ensure(parseJid(ROMEO));
    expect((await stage.fails('set', ROMEO, remove())).condition).toBe('registration-required');
    expect(stage.store.rows.size).toBe(1);
  });

  it('C17 a username inside acts on nobody else', async () => {
    const stage = new ServiceStage();
    await stage.register();
    const other = registration({ username: 'romeo@example.org', nick: 'Boss', password: 'x' });
    await stage.ok('set', ADMIN, other);
    expect(stage.store.row('romeo@example.org')?.settings.nick).toBe('Romeo');
    expect(stage.store.row('boss@example.org')?.settings.nick).toBe('Boss');
  });

  it.each(['get', 'set'] as const)('C20 S05 a stranger gets not-allowed for a %s', async (type) => {
    const stage = new ServiceStage();
    for (const from of [STRANGER, 'a@evilexample.org/x', 'a@example.org.evil/x']) {
      const error = await stage.fails(type, from, registration({ nick: 'a', password: 'b' }));
      expect([error.condition, error.legacyCode]).toEqual(['not-allowed', 405]);
    }
    expect(stage.store.rows.size).toBe(0);
  });

  it('S06 other spellings of a JID are the same account', async () => {
    const stage = new ServiceStage();
    await stage.register('Romeo@EXAMPLE.org/a');
    await stage.ok('set', 'romeo@example.org/b', registration({ nick: 'Second', password: 'x' }));
    expect(stage.store.rows.size).toBe(1);
  });

  it('C04 an empty set is a bad request; a cancelled form changes nothing', async () => {
    const stage = new ServiceStage();
    expect((await stage.fails('set', ROMEO, query())).condition).toBe('bad-request');
    await stage.ok('set', ROMEO, query(submit({}, 'cancel')));
    expect(stage.store.rows.size).toBe(0);
    expect((await stage.fails('set', ROMEO, query(submit({}, 'result')))).condition).toBe('bad-request');
  });

  it('C21 a further stage goes on in chat, and a wrong code may be tried again', async () => {
    const stage = new ServiceStage({ asksCode: true });
    const error = await stage.fails('set', ROMEO, registration({ nick: 'Romeo', password: 's3cret' }));
    expect(error.condition).toBe('not-acceptable');
    expect(error.text).toContain('chat');
    expect(stage.store.rows.size, 'nothing before the last stage').toBe(0);
    expect(stage.sink.take().join()).toContain('Code');
    expect((await stage.chat(ROMEO, '0000')).join()).toContain('That is not the code.');
    expect((await stage.chat('other@example.org/x', '4711')).join(), 'not from somebody else').toContain(
      'do not know',
    );
    const done = await stage.chat(ROMEO, '4711');
    expect(done[0]).toContain('You are registered.');
    expect(done[1]).toContain("type='subscribe'");
    expect(stage.store.row('romeo@example.org')).toMatchObject({ registered: true });
  });

  it('S17 too many registrations of one user wait; another user is not affected', async () => {
    const stage = new ServiceStage({ limits: { registrationsPerHour: 2 } });
    const set = registration({ nick: 'Romeo', password: 'x' });
    await stage.ok('set', ROMEO, set);
    await stage.ok('set', ROMEO, set);
    const error = await stage.fails('set', ROMEO, set);
    expect([error.condition, error.type]).toEqual(['resource-constraint', 'wait']);
    await stage.ok('set', ADMIN, set);
    await stage.ok('set', ROMEO, remove());
  });

  it('S17 two changes at once: one is done, the other waits', async () => {
    const stage = new ServiceStage();
    const set = registration({ nick: 'Romeo', password: 'x' });
    const outcomes = await Promise.all([stage.iq('set', ROMEO, set), stage.iq('set', ROMEO, set)]);
    expect(outcomes.map(({ type }) => type).sort()).toEqual(['error', 'result']);
    expect(stage.store.rows.size).toBe(1);
  });

  it('S19 neither the log nor any stanza holds the password', async () => {
    const stage = new ServiceStage();
    await stage.ok('set', ROMEO, registration({ nick: 'Romeo', password: 's3cret' }));
    await stage.fails('set', ROMEO, registration({ nick: 'taken', password: 's3cret' }));
    expect([...stage.logged, ...stage.sink.take()].join()).not.toContain('s3cret');
  });

  it('Q12 answers in the language of the request', async () => {
    const stage = new ServiceStage();
    const shown = await stage.ok('get', ROMEO, query(), DOMAIN, 'ru');
    expect(shown.childText('instructions')).toContain('Регистрация на');
  });

  it('C14 whatever is kept of a user elsewhere goes with his registration; else he keeps both', async () => {
    const erased: string[] = [];
    let fails = true;
    const stage = new ServiceStage({
      erasing: async (owner) => {
        if (fails) throw new Error('no disk');
        erased.push(owner);
      },
    });
    await stage.ok('set', ROMEO, registration({ nick: 'Romeo', password: 's3cret' }));
    expect(await stage.iq('set', ROMEO, remove())).toMatchObject({
      type: 'error',
      error: { condition: 'internal-server-error' },
    });
    expect(stage.store.row('romeo@example.org')?.registered).toBe(true);
    fails = false;
    await stage.ok('set', ROMEO, remove());
    expect(erased).toEqual(['romeo@example.org']);
    expect(stage.store.row('romeo@example.org')).toBeUndefined();
  });
});
