import { describe, expect, it } from 'vitest';
import { el } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { DOMAIN, ROMEO, ServiceStage, STRANGER } from '../../support/service-stage.js';

const prompt = (text?: string) =>
  el('query', NS.GATEWAY, null, text !== undefined && el('prompt', NS.GATEWAY, null, text));

describe('information about the gateway', () => {
  it('A11 answers a ping with an empty result', async () => {
    const stage = new ServiceStage();
    const outcome = await stage.iq('get', STRANGER, el('ping', NS.PING));
    expect(outcome).toEqual({ type: 'result', payload: undefined });
  });

  it('B14 tells version, time and uptime, and nothing of the host', async () => {
    const stage = new ServiceStage();
    const version = await stage.ok('get', STRANGER, el('query', NS.VERSION));
    expect(version.elements().map((child) => [child.name, child.text()])).toEqual([
      ['name', 'Isthmus'],
      ['version', '0.0.0-test'],
    ]);
    const time = await stage.ok('get', STRANGER, el('time', NS.TIME));
    expect(time.childText('tzo')).toBe('+00:00');
    expect(time.childText('utc')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const last = await stage.ok('get', STRANGER, el('query', NS.LAST));
    expect(last.attrs.seconds).toMatch(/^\d+$/);
  });

  it('B15 tells the idle time of a person to those with an account', async () => {
    const stage = new ServiceStage();
    stage.gateway.world.person('alice');
    const query = el('query', NS.LAST);
    for (const name of ['alice', 'nobody']) {
      expect((await stage.fails('get', ROMEO, query, `${name}@${DOMAIN}`)).condition).toBe('forbidden');
    }
    await stage.register();
    expect((await stage.ok('get', ROMEO, query, `alice@${DOMAIN}`)).attrs.seconds).toBe('7');
  });

  it('G06 has a card of its own and of people; an unknown person is item-not-found', async () => {
    const stage = new ServiceStage();
    const card = el('vCard', NS.VCARD);
    expect((await stage.ok('get', STRANGER, card)).childText('FN')).toBe('Memory');
    stage.gateway.world.person('Alice');
    await stage.register();
    const shown = await stage.ok('get', ROMEO, card, `alice@${DOMAIN}`);
    expect([shown.childText('FN'), shown.childText('NICKNAME')]).toEqual(['Alice', 'alice']);
    expect((await stage.fails('get', ROMEO, card, `nobody@${DOMAIN}`)).condition).toBe('item-not-found');
  });

  it('G07 takes no card', async () => {
    const stage = new ServiceStage();
    await stage.register();
    for (const to of [DOMAIN, `alice@${DOMAIN}`]) {
      expect((await stage.fails('set', ROMEO, el('vCard', NS.VCARD), to)).condition).toBe('forbidden');
    }
  });

  it('E08 Q03 asks for an address in the language of the request', async () => {
    const stage = new ServiceStage();
    expect((await stage.ok('get', ROMEO, prompt())).childText('prompt')).toBe('Name');
    const russian = await stage.ok('get', ROMEO, prompt(), DOMAIN, 'ru');
    expect([russian.childText('prompt'), russian.childText('desc')]).toEqual([
      'Имя',
      expect.stringContaining('Человек'),
    ]);
  });

  it('E09 turns input into a well-formed address, or says that it cannot', async () => {
    const stage = new ServiceStage();
    expect((await stage.ok('set', ROMEO, prompt(' Alice B '))).childText('jid')).toBe(`alice\\20b@${DOMAIN}`);
    const error = await stage.fails('set', ROMEO, prompt('what?!'));
    expect(error.condition).toBe('not-acceptable');
    expect(error.text).toBeDefined();
    expect((await stage.fails('set', ROMEO, prompt())).condition).toBe('bad-request');
    expect((await stage.fails('set', ROMEO, prompt('a'.repeat(2000)))).condition).toBe('jid-malformed');
  });
});
