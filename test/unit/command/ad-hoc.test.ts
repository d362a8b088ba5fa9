import { describe, expect, it } from 'vitest';
import { el, type XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { DOMAIN, ROMEO, ServiceStage, STRANGER, submit } from '../../support/service-stage.js';

type Attrs = Record<string, string | undefined>;
const command = (node: string, attrs: Attrs = {}, ...children: XmlElement[]) =>
  el('command', NS.COMMANDS, { node, ...attrs }, ...children);
const actions = (stage: XmlElement) =>
  stage
    .child('actions')
    ?.elements()
    .map(({ name }) => name);
const note = (stage: XmlElement) => stage.childText('note');
const appCondition = (error: { appConditions: readonly XmlElement[] }) =>
  error.appConditions.map(({ name }) => name);

const JOURNEY = 'isthmus:memory:journey';
const PREFERENCES = 'isthmus:memory:preferences';

describe('ad-hoc commands', () => {
  it('K01 starts with a session id, a form and the legal actions', async () => {
    const stage = new ServiceStage();
    const shown = await stage.ok('set', ROMEO, command(JOURNEY, { action: 'execute' }));
    expect(shown.attrs).toMatchObject({ node: JOURNEY, status: 'executing' });
    expect(shown.attrs.sessionid).toMatch(/^[\w-]{20,}$/);
    expect(actions(shown)).toEqual(['next', 'complete']);
    expect(shown.child('actions')?.attrs.execute).toBe('complete');
    expect(shown.child('x', NS.DATA)?.attrs.type).toBe('form');
  });

  it('K02 goes next, back and on to the end; an omitted action is the default', async () => {
    const stage = new ServiceStage();
    const first = await stage.ok('set', ROMEO, command(JOURNEY));
    const { sessionid } = first.attrs;
    const step = (attrs: Attrs, ...children: XmlElement[]) =>
      stage.ok('set', ROMEO, command(JOURNEY, { sessionid, ...attrs }, ...children));
    const fieldOf = (shown: XmlElement) => shown.child('x', NS.DATA)?.child('field')?.attrs.var;
    expect(fieldOf(first)).toBe('leg1');
    const second = await step({ action: 'next' }, submit({ leg1: 'a' }));
    expect([fieldOf(second), actions(second)]).toEqual(['leg2', ['prev', 'next', 'complete']]);
    expect(fieldOf(await step({ action: 'prev' }))).toBe('leg1');
    await step({}, submit({ leg1: 'a' }));
    await step({ action: 'execute' }, submit({ leg2: 'b' }));
    const end = await step({ action: 'complete' }, submit({ leg3: 'c' }));
    expect([end.attrs.status, note(end), actions(end)]).toEqual([
      'completed',
      'You have arrived.',
      undefined,
    ]);
    const again = await stage.fails('set', ROMEO, command(JOURNEY, { sessionid }, submit({ leg3: 'c' })));
    expect(appCondition(again)).toEqual(['bad-sessionid']);
  });

  it.each([{ action: 'cancel' }, {}])('K02 K05 cancel ends it (%j)', async (attrs) => {
    const stage = new ServiceStage();
    const { sessionid } = (await stage.ok('set', ROMEO, command(JOURNEY))).attrs;
    const form = attrs.action ? [] : [submit({}, 'cancel')];
    const end = await stage.ok('set', ROMEO, command(JOURNEY, { sessionid, ...attrs }, ...form));
    expect(end.attrs.status).toBe('canceled');
    expect(appCondition(await stage.fails('set', ROMEO, command(JOURNEY, { sessionid })))).toEqual([
      'bad-sessionid',
    ]);
  });

  it('K03 bad calls have the errors of XEP-0050', async () => {
    const stage = new ServiceStage();
    const fails = async (from: string, payload: XmlElement) => {
      const error = await stage.fails('set', from, payload);
      return [error.condition, ...appCondition(error)];
    };
    expect(await fails(ROMEO, command('nonsense'))).toEqual(['item-not-found']);
    expect(await fails(ROMEO, command('isthmus:memory:knock'))).toEqual(['item-not-found']);
    expect(await fails(ROMEO, command('isthmus:status'))).toEqual(['forbidden']);
    expect(await fails(STRANGER, command(JOURNEY))).toEqual(['forbidden']);
    expect(await fails(ROMEO, command(JOURNEY, { sessionid: 'x' }))).toEqual([
      'bad-request',
      'bad-sessionid',
    ]);
    expect(await fails(ROMEO, command(JOURNEY, { action: 'prev' }))).toEqual(['bad-request', 'bad-action']);
    expect(await fails(ROMEO, command(JOURNEY, { action: 'toString' }))).toEqual([
      'bad-request',
      'malformed-action',
    ]);
    const { sessionid } = (await stage.ok('set', ROMEO, command(JOURNEY))).attrs;
    expect(await fails(ROMEO, command(JOURNEY, { sessionid, action: 'prev' }))).toEqual([
      'bad-request',
      'bad-action',
    ]);
    expect(await fails(ROMEO, command(JOURNEY, { sessionid }, submit({ leg1: 'a' }, 'form')))).toEqual([
      'bad-request',
      'bad-payload',
    ]);
    expect(await fails(ROMEO, command(JOURNEY, { sessionid }, el('x', NS.DATA, { type: 'odd' })))).toEqual([
      'bad-request',
      'bad-payload',
    ]);
    expect(await fails(ROMEO, command(JOURNEY, { sessionid }))).toEqual(['bad-request', 'bad-payload']);
    expect(await fails(ROMEO, command(PREFERENCES, { sessionid }))).toEqual(['bad-request', 'bad-sessionid']);
  });

  it('K03 K04 an expired session is told from an unknown one', async () => {
    const stage = new ServiceStage({ limits: { dialogueIdleMs: 0 } });
    const { sessionid } = (await stage.ok('set', ROMEO, command(JOURNEY))).attrs;
    const error = await stage.fails('set', ROMEO, command(JOURNEY, { sessionid }, submit({ leg1: 'a' })));
    expect([error.condition, ...appCondition(error)]).toEqual(['not-allowed', 'session-expired']);
  });

  it('K04 S03 another full JID is refused as if there were no session', async () => {
    const stage = new ServiceStage();
    const { sessionid } = (await stage.ok('set', ROMEO, command(JOURNEY))).attrs;
    const attempt = (from: string, id: string | undefined) =>
      stage.fails('set', from, command(JOURNEY, { sessionid: id }, submit({ leg1: 'a' })));
    const unknown = await attempt('romeo@example.org/other', 'x');
    for (const from of ['romeo@example.org/other', 'juliet@example.org/orchard']) {
      expect((await attempt(from, sessionid)).toElement().toString()).toBe(unknown.toElement().toString());
    }
    const elsewhere = command(JOURNEY, { sessionid }, submit({ leg1: 'a' }));
    expect(appCondition(await stage.fails('set', ROMEO, elsewhere, `!hall@${DOMAIN}`))).toEqual([
      'bad-sessionid',
    ]);
    await stage.ok('set', ROMEO, command(JOURNEY, { sessionid }, submit({ leg1: 'a' })));
  });

  it("K04 one more than a user may have ends his oldest, and nobody else's", async () => {
    const stage = new ServiceStage({ limits: { dialoguesPerUser: 2 } });
    const start = async (from: string) => (await stage.ok('set', from, command(JOURNEY))).attrs.sessionid;
    const other = await start('juliet@example.org/x');
    const own = [await start(ROMEO), await start(ROMEO), await start(ROMEO)];
    const alive = async (from: string, sessionid: string | undefined) =>
      (await stage.iq('set', from, command(JOURNEY, { sessionid }, submit({ leg1: 'a' })))).type;
    expect(await Promise.all(own.map((id) => alive(ROMEO, id)))).toEqual(['error', 'result', 'result']);
    expect(await alive('juliet@example.org/x', other)).toBe('result');
  });

  it("K05 writes checked values of the network's command to the account", async () => {
    const stage = new ServiceStage();
    await stage.register();
    const { sessionid } = (await stage.ok('set', ROMEO, command(PREFERENCES))).attrs;
    const set = (form: XmlElement) => command(PREFERENCES, { sessionid }, form);
    const error = await stage.fails('set', ROMEO, set(submit({ colour: 'blue' })));
    expect(error.text).toBe('“Colour” must be one of the choices.');
    const form = submit({ colour: 'red', greet: 'false', about: ['x', 'y'], intruder: '1' });
    expect(note(await stage.ok('set', ROMEO, set(form)))).toBe('Saved on the network.');
    expect(stage.store.row('romeo@example.org')?.settings).toEqual({
      nick: 'Romeo',
      colour: 'red',
      greet: '0',
      about: 'x\ny',
    });
  });

  it('a fault of the network ends the command with a sentence, and the log has it', async () => {
    const stage = new ServiceStage();
    const end = await stage.ok('set', ROMEO, command('isthmus:memory:crash'));
    expect([end.attrs.status, end.child('note')?.attrs.type]).toEqual(['completed', 'error']);
    expect(note(end)).not.toContain('a fault of the network');
    expect(stage.logged).toHaveLength(1);
  });

  it('runs on a place, with the place', async () => {
    const stage = new ServiceStage();
    const end = await stage.ok('set', ROMEO, command('isthmus:memory:knock'), `!hall@${DOMAIN}`);
    expect(note(end)).toBe('You knocked at !hall');
  });

  it('C21 registers in several stages; a wrong code may be tried again', async () => {
    const stage = new ServiceStage({ asksCode: true });
    const { sessionid } = (await stage.ok('set', ROMEO, command(NS.REGISTER))).attrs;
    const step = (values: Record<string, string>) =>
      stage.ok('set', ROMEO, command(NS.REGISTER, { sessionid }, submit(values)));
    const asked = await step({ handle: 'Romeo', password: 's3cret' });
    expect(asked.attrs.status).toBe('executing');
    const wrong = await step({ code: '0000' });
    expect([wrong.attrs.status, note(wrong)]).toEqual(['executing', 'That is not the code.']);
    // profanity shows no note beside a form.
    expect(wrong.child('x', NS.DATA)?.childText('instructions')).toMatch(/^That is not the code\./);
    stage.sink.take();
    const end = await step({ code: '4711' });
    expect([end.attrs.status, note(end)]).toEqual([
      'completed',
      expect.stringContaining('You are registered.'),
    ]);
    expect(stage.sink.take()).toEqual([
      '<result/>',
      `<presence from='${DOMAIN}' to='romeo@example.org' type='subscribe'/>`,
    ]);
    expect(asked.toString() + wrong + end).not.toContain('s3cret');
  });

  it('C14 unregisters after a question, in the order of removal', async () => {
    const stage = new ServiceStage();
    await stage.register();
    const run = async (confirm: string) => {
      const { sessionid } = (await stage.ok('set', ROMEO, command('isthmus:unregister'))).attrs;
      stage.sink.take();
      return stage.ok('set', ROMEO, command('isthmus:unregister', { sessionid }, submit({ confirm })));
    };
    expect(note(await run('0'))).toBe('Nothing was removed.');
    expect(stage.store.rows.size).toBe(1);
    await run('true');
    expect(stage.store.rows.size).toBe(0);
    expect(stage.sink.take().map((xml) => /type='(\w+)'/.exec(xml)?.[1])).toEqual([
      undefined,
      'unsubscribe',
      'unsubscribed',
      'unavailable',
    ]);
  });

  it('K06 shows status, changes the language, connects and disconnects', async () => {
    const stage = new ServiceStage();
    await stage.register();
    const status = await stage.ok('set', ROMEO, command('isthmus:status'));
    expect(note(status)).toContain(`!hall@${DOMAIN}: connected`);
    expect(note(status)).toContain('You are in no rooms.');
    expect(note(status)).toContain('Language: English');
    const { sessionid } = (await stage.ok('set', ROMEO, command('isthmus:settings'))).attrs;
    const saved = await stage.ok(
      'set',
      ROMEO,
      command('isthmus:settings', { sessionid }, submit({ language: 'ru' })),
    );
    expect([saved.attrs['xml:lang'], note(saved)?.split('\n')[0]]).toEqual(['ru', 'Сохранено.']);
    expect(stage.store.row('romeo@example.org')?.language).toBe('ru');
    await stage.ok('set', ROMEO, command('isthmus:logout'));
    expect(stage.gateway.world.connected.size).toBe(0);
    await stage.ok('set', ROMEO, command('isthmus:login'));
    expect(stage.gateway.world.connected.size).toBe(1);
  });

  it('K06 join sends a direct invitation after the result', async () => {
    const stage = new ServiceStage();
    await stage.register();
    const { sessionid } = (await stage.ok('set', ROMEO, command('isthmus:join'))).attrs;
    const join = (room: string) =>
      stage.ok('set', ROMEO, command('isthmus:join', { sessionid }, submit({ room })));
    expect(note(await join('alice'))).toContain('no room of that name');
    stage.sink.take();
    expect((await join('#Tea')).attrs.status).toBe('completed');
    const [result, invitation] = stage.sink.take();
    expect(result).toBe('<result/>');
    expect(invitation).toContain(`to='${ROMEO}'`);
    expect(invitation).toContain(`<body>Join #tea@${DOMAIN}</body>`);
    expect(invitation).toContain(`<x xmlns='jabber:x:conference' jid='#tea@${DOMAIN}'/>`);
  });

  it('C19 what a user has begun is forgotten when he is erased', async () => {
    const stage = new ServiceStage();
    await stage.register();
    const { sessionid } = (await stage.ok('set', ROMEO, command(PREFERENCES))).attrs;
    await stage.ok('set', ROMEO, el('query', NS.REGISTER, null, el('remove', NS.REGISTER)));
    const form = submit({ colour: 'red' });
    const error = await stage.fails('set', ROMEO, command(PREFERENCES, { sessionid }, form));
    expect(appCondition(error)).toEqual(['bad-sessionid']);
    expect(stage.store.rows.size).toBe(0);
  });
});
