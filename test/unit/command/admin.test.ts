import { describe, expect, it } from 'vitest';
import { announce } from '../../../src/core/command/admin/announce.js';
import { el, type XmlElement } from '../../../src/xmpp/element.js';
import { parseJid } from '../../../src/xmpp/jid.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { ADMIN, ROMEO, ServiceStage, submit } from '../../support/service-stage.js';

const FRAGMENTS = [
  'announce',
  'get-registered-users-list',
  'get-online-users-list',
  'delete-user',
  'end-user-session',
  'user-stats',
  'get-user-statistics',
];
const nodes = FRAGMENTS.map((fragment) => `http://jabber.org/protocol/admin#${fragment}`);
const command = (node: string, sessionid?: string, ...children: XmlElement[]) =>
  el('command', NS.COMMANDS, { node, sessionid }, ...children);

async function run(stage: ServiceStage, fragment: string, values: Record<string, string | string[]>) {
  const node = `http://jabber.org/protocol/admin#${fragment}`;
  const { sessionid } = (await stage.ok('set', ADMIN, command(node))).attrs;
  return stage.ok('set', ADMIN, command(node, sessionid, submit({ FORM_TYPE: NS.ADMIN, ...values })));
}

async function online(stage: ServiceStage, jid: string): Promise<void> {
  const account = await stage.context.accounts.ensure(parseJid(jid));
  account.resources.set(jid, { priority: 0, show: '', status: '' });
}

describe('administration', () => {
  it('K08 is listed and run only for admins, by exact equality', async () => {
    const stage = new ServiceStage();
    const list = async (from: string) =>
      (await stage.ok('get', from, el('query', NS.DISCO_ITEMS, { node: NS.COMMANDS })))
        .elements()
        .map(({ attrs }) => attrs.node);
    expect(await list('BOSS@example.org/x')).toEqual(expect.arrayContaining(nodes));
    for (const from of [ROMEO, 'boss@example.org.evil/x', 'xboss@example.org/x']) {
      expect((await list(from)).filter((node) => node?.startsWith(NS.ADMIN))).toEqual([]);
      for (const node of nodes) {
        expect((await stage.fails('set', from, command(node))).condition).toBe('forbidden');
      }
    }
  });

  it('K08 lists registered and online users', async () => {
    const stage = new ServiceStage();
    await stage.register();
    await online(stage, 'juliet@example.org/balcony');
    const jids = async (fragment: string) =>
      (await stage.ok('set', ADMIN, command(`${NS.ADMIN}#${fragment}`)))
        .child('x', NS.DATA)
        ?.elements()
        .map((field) => [field.attrs.var, field.childrenNamed('value').map((value) => value.text())]);
    expect(await jids('get-registered-users-list')).toEqual([
      ['FORM_TYPE', [NS.ADMIN]],
      ['registereduserjids', ['romeo@example.org']],
    ]);
    expect(await jids('get-online-users-list')).toEqual([
      ['FORM_TYPE', [NS.ADMIN]],
      ['onlineuserjids', ['juliet@example.org']],
    ]);
  });

  it('K08 deletes users as if they had left, and skips what is none', async () => {
    const stage = new ServiceStage();
    await stage.register();
    const end = await run(stage, 'delete-user', {
      accountjids: ['romeo@example.org', '@', 'nobody@example.org'],
    });
    expect(end.childText('note')).toBe('Done for 1 user.');
    expect(stage.store.rows.size).toBe(0);
    expect(
      stage.sink
        .take()
        .slice(-3)
        .map((xml) => /type='(\w+)'/.exec(xml)?.[1]),
    ).toEqual(['unsubscribe', 'unsubscribed', 'unavailable']);
  });

  it('K08 ends sessions and tells statistics', async () => {
    const stage = new ServiceStage();
    await stage.register();
    await online(stage, ROMEO);
    const shown = await run(stage, 'user-stats', { accountjid: 'Romeo@example.org' });
    expect(shown.child('x', NS.DATA)?.toString()).toContain(ROMEO);
    await run(stage, 'end-user-session', { accountjids: 'romeo@example.org' });
    expect(stage.gateway.world.connected.size).toBe(0);
    const nobody = await run(stage, 'user-stats', { accountjid: 'nobody@example.org' });
    expect(nobody.childText('note')).toBe('That user is not registered here.');
  });

  it('K08 an announcement goes out after the result, in batches that wait for the stream', async () => {
    const stage = new ServiceStage();
    for (let index = 0; index < 5; index += 1) await online(stage, `user${index}@example.org/x`);
    const drained: number[] = [];
    stage.sink.drained = async () => {
      drained.push(stage.sink.sent.length);
    };
    const step = await announce(stage.context, { batch: 2, pauseMs: 1 }).start({
      from: parseJid(ADMIN),
      account: undefined,
      language: 'en',
    });
    const end = step.kind === 'form' ? await step.submit({ announcement: 'Hello' }) : step;
    expect(stage.sink.sent).toEqual([]);
    if (end.kind === 'done') await end.result.afterwards?.();
    expect(stage.sink.sent).toHaveLength(5);
    expect(drained).toEqual([0, 2, 4]);
  });
});
