import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import { heardIn as heardThere } from '../../servers/telegram/world/reading.js';
import type { GroupPlace } from '../../servers/telegram/world/world.js';
import { heardIn, TelegramRelayStage, TELEGRAM } from '../../support/relay/telegram-relay-stage.js';

describe('a room of Prosody and a group of Telegram with the relay’s bot', () => {
  let stage: TelegramRelayStage;
  let alice: XmppClient;
  let juliet: ScriptedPerson;
  let group: GroupPlace;
  let room: string;
  beforeAll(async () => {
    stage = await TelegramRelayStage.start();
    juliet = stage.telegram.person('Juliet');
    room = stage.room('verona');
    alice = await stage.user('alice');
    await alice.joinRoom(room, 'Alice');
    await stage.logIn();
    group = juliet.as.createsGroup('Verona', stage.bot);
    await stage.link(room, stage.jid(group));
  });
  afterAll(() => stage.stop());

  it('are one conversation', async () => {
    juliet.says('hello from Telegram', group);
    const heard = await heardIn(alice, room, 'hello from Telegram');
    expect(heard.attrs.from).toBe(`${room}/Juliet`);
    await alice.message(room, 'hello from XMPP', 'groupchat');
    await expect.poll(() => texts()).toContain('Alice: hello from XMPP');
    const [said] = heardThere(group, juliet.person);
    expect(said?.entities.map(({ className }) => className)).toEqual(['MessageEntityBold']);
    expect(texts().filter((text) => text.includes('hello from XMPP'))).toHaveLength(1);
  });

  it('show nothing of the bot to anybody', async () => {
    const status = await stage.order('accounts');
    expect(status).toContain(`${TELEGRAM}: connected`);
    expect(stage.boss.count(({ name }) => name === 'presence')).toBe(0);
  });

  const texts = (): readonly string[] => heardThere(group, juliet.person).map(({ text }) => text);
});
