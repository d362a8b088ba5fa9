import { describe, expect, it } from 'vitest';
import { el } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { StanzaError } from '../../../src/xmpp/stanza-error.js';
import { DOMAIN, ROMEO, ServiceStage, STRANGER } from '../../support/service-stage.js';

const body = (text: string) => el('body', NS.COMPONENT, null, text);

describe('chat with the gateway', () => {
  it('K06 help lists what the user can do now, each with its word', async () => {
    const stage = new ServiceStage();
    const [help] = await stage.chat(ROMEO, 'Help');
    expect(help).toContain(`from='${DOMAIN}' to='${ROMEO}' type='chat'`);
    expect(help).toContain('register — Register');
    expect(help).not.toContain('logout');
    expect(help).not.toContain('admin');
    await stage.register();
    expect((await stage.chat(ROMEO, '/help'))[0]).toContain('logout — Leave all rooms');
  });

  it('K06 registers question by question', async () => {
    const stage = new ServiceStage();
    expect((await stage.chat(ROMEO, 'register'))[0]).toContain('Name');
    expect((await stage.chat(ROMEO, 'Romeo'))[0]).toContain('Password');
    const asked = (await stage.chat(ROMEO, 's3cret'))[0];
    expect(asked).toContain('Greet people');
    expect(asked).not.toContain('s3cret');
    const end = await stage.chat(ROMEO, 'yes');
    expect(end[0]).toContain('You are registered. Send “join”');
    expect(end[1]).toBe(`<presence from='${DOMAIN}' to='romeo@example.org' type='subscribe'/>`);
    expect(stage.store.row('romeo@example.org')).toMatchObject({
      registered: true,
      settings: { nick: 'Romeo', greet: '1' },
      secrets: { password: 's3cret' },
    });
  });

  it('C21 goes on by itself when what was to be done elsewhere is done, unless the user has gone on', async () => {
    const stage = new ServiceStage();
    const { elsewhere } = stage.gateway;
    expect((await stage.chat(ROMEO, 'wait')).join()).toContain('Send “ok” to go on.');
    elsewhere.emit('happens');
    await expect.poll(() => stage.sink.take().join()).toContain('You have arrived.');
    await stage.chat(ROMEO, 'wait');
    expect((await stage.chat(ROMEO, 'ok')).join()).toContain('You have arrived.');
    elsewhere.emit('happens');
    await stage.chat(ROMEO, 'wait');
    expect((await stage.chat(ROMEO, 'cancel')).join()).toContain('Cancelled');
    elsewhere.emit('happens');
    // The queue of the conversation: what had been set off has come to its end.
    expect(await stage.chat(ROMEO, 'help')).toHaveLength(1);
  });

  it('K06 takes name: value lines, and asks only for what is needed and missing', async () => {
    const stage = new ServiceStage();
    const asked = (await stage.chat(ROMEO, 'register handle: Romeo\ngreet: нет'))[0];
    expect(asked).toContain('Password');
    expect((await stage.chat(ROMEO, 'handle: not a name but a secret'))[0]).toContain('You are registered.');
    expect(stage.store.row('romeo@example.org')).toMatchObject({
      settings: { nick: 'Romeo', greet: '0' },
      secrets: { password: 'handle: not a name but a secret' },
    });
  });

  it('K06 speaks Russian: words, booleans, choices', async () => {
    const stage = new ServiceStage();
    await stage.register();
    const say = async (text: string) => (await stage.chat(ROMEO, text, DOMAIN, 'ru')).join();
    expect(await say('помощь')).toContain('Удалить регистрацию');
    expect(await say('preferences')).toContain('1. Красный');
    expect(await say('7')).toContain('нужно выбрать');
    expect(await say('2')).toContain('(сейчас: да)');
    expect(await say('может быть')).toContain('только да или нет');
    expect(await say('Нет')).toContain('О себе');
    expect(await say('line one\nname: two')).toContain('Сохранено в сети.');
    expect(stage.store.row('romeo@example.org')?.settings).toMatchObject({
      colour: 'green',
      greet: '0',
      about: 'line one\nname: two',
    });
  });

  it('K06 “-” keeps what is on record', async () => {
    const stage = new ServiceStage();
    await stage.register();
    await stage.chat(ROMEO, 'register');
    expect((await stage.chat(ROMEO, '-'))[0]).toContain('Password');
    await stage.chat(ROMEO, '-');
    await stage.chat(ROMEO, '-');
    expect(stage.store.row('romeo@example.org')).toMatchObject({
      settings: { nick: 'Romeo' },
      secrets: { password: 's3cret' },
    });
  });

  it('K06 a refusal of the network asks again, without quoting the secret', async () => {
    const stage = new ServiceStage();
    await stage.chat(ROMEO, 'register Romeo');
    await stage.chat(ROMEO, 'wrong');
    const again = (await stage.chat(ROMEO, '-'))[0];
    expect(again).toContain('The password is wrong.');
    expect(again).toContain('Name');
    await stage.chat(ROMEO, 'handle: Romeo\npassword: s3cret');
    expect(stage.store.row('romeo@example.org')?.secrets).toEqual({ password: 's3cret' });
  });

  it('K06 join answers with an invitation, and runs on a place too', async () => {
    const stage = new ServiceStage();
    await stage.register();
    const [said, invitation] = await stage.chat(ROMEO, 'join #tea');
    expect(said).toContain('invitation');
    expect(invitation).toContain("xmlns='jabber:x:conference'");
    const [knocked] = await stage.chat(ROMEO, 'knock', `!hall@${DOMAIN}`);
    expect(knocked).toContain(`from='!hall@${DOMAIN}'`);
    expect(knocked).toContain('You knocked at !hall');
  });

  it.each(['cancel', 'ОТМЕНА'])('K07 %s ends a dialogue', async (word) => {
    const stage = new ServiceStage();
    await stage.chat(ROMEO, 'register');
    expect((await stage.chat(ROMEO, word))[0]).toContain('Cancelled');
    expect((await stage.chat(ROMEO, 'Romeo'))[0]).toContain('do not know');
    expect((await stage.chat(ROMEO, word))[0]).toContain('nothing to cancel');
  });

  it('K07 S19 after a time-out the answer is not taken and not quoted', async () => {
    const stage = new ServiceStage({ limits: { dialogueIdleMs: 0 } });
    await stage.chat(ROMEO, 'register');
    expect((await stage.chat(ROMEO, 'hunter2'))[0]).toContain('too long');
    const [hint] = await stage.chat(ROMEO, 'hunter2');
    expect(hint).toContain('Words I know: help, register');
    expect(hint).not.toContain('hunter2');
  });

  it('K07 another user, and another address, are other dialogues', async () => {
    const stage = new ServiceStage();
    await stage.chat(ROMEO, 'register');
    expect((await stage.chat('juliet@example.org/x', 'Romeo'))[0]).toContain('do not know');
    expect((await stage.chat(ROMEO, 'Romeo', `!hall@${DOMAIN}`))[0]).toContain('do not know');
    expect((await stage.chat('romeo@example.org/phone', 'Romeo'))[0]).toContain('Password');
  });

  it.each(['groupchat', 'error', 'headline'])('K07 A08 says nothing to %s', async (type) => {
    const stage = new ServiceStage();
    await stage.message(ROMEO, body('help'), { type });
    expect(stage.sink.take()).toEqual([]);
  });

  it('K07 S14 says nothing to the delayed, the empty, and its own domain', async () => {
    const stage = new ServiceStage();
    await stage.message(
      ROMEO,
      body('help'),
      {},
      DOMAIN,
      'en',
      el('delay', NS.DELAY, { stamp: '2026-01-01T00:00:00Z' }),
    );
    await stage.message(ROMEO, el('active', NS.CHAT_STATES), { type: 'chat' });
    await stage.message(ROMEO, body('  '), { type: 'chat' });
    await stage.message(`alice@${DOMAIN}`, body('help'), { type: 'chat' });
    expect(stage.sink.take()).toEqual([]);
  });

  it.each([{}, { type: 'normal' }, { type: 'odd' }])('A12 answers a message of type %j', async (attrs) => {
    const stage = new ServiceStage();
    await stage.message(ROMEO, body('help'), attrs, DOMAIN, 'en', el('future', 'urn:example'));
    expect(stage.sink.take()).toHaveLength(1);
  });

  it('S04 refuses a stranger, and keeps nothing of him', async () => {
    const stage = new ServiceStage();
    await expect(stage.chat(STRANGER, 'register')).rejects.toThrow(StanzaError);
    expect(stage.sink.take()).toEqual([]);
    expect(stage.store.rows.size).toBe(0);
  });

  it('S17 answers in order, and drops what one user piles up', async () => {
    const stage = new ServiceStage();
    await Promise.all(Array.from({ length: 50 }, () => stage.message(ROMEO, body('help'), { type: 'chat' })));
    expect(stage.sink.take().length).toBeLessThan(50);
    await stage.message(ROMEO, body('help'), { type: 'chat' });
    expect(stage.sink.take()).toHaveLength(1);
  });

  it('a fault of the network is one sentence', async () => {
    const stage = new ServiceStage();
    const said = await stage.chat(ROMEO, 'crash');
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('Something went wrong');
  });
});
