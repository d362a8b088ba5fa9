import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import { GatewayStage } from '../../support/telegram/gateway-stage.js';

let stage: GatewayStage;
let bot: ScriptedPerson;
let carol: ScriptedPerson;
beforeEach(async () => {
  stage = await GatewayStage.start();
  bot = stage.server.person('Relay', { bot: true, username: 'relay_bot' });
  carol = stage.server.person('Carol');
  await stage.login(bot);
});
afterEach(() => stage.stop());

describe('an account that is a bot', () => {
  it('talks to whoever writes to it, and asks for nothing that bots may not', async () => {
    const { server } = stage;
    carol.says('/start', bot);
    await stage.message(stage.jid(carol), '/start');
    await stage.write(stage.jid(carol), 'welcome');
    await expect.poll(() => carol.heard(bot)?.text).toBe('welcome');
    expect(server.count(Api.contacts.GetContacts)).toBe(0);
    expect(server.count(Api.contacts.GetBlocked)).toBe(0);
    expect(stage.logged.all.filter((line) => line.includes('BOT_METHOD_INVALID'))).toEqual([]);
  });

  it('has no contact list and no search, and says so', async () => {
    const info = await stage.iq(
      ...(['get', 'telegram.example.org', "<query xmlns='http://jabber.org/protocol/disco#info'/>"] as const),
    );
    expect(String(info)).not.toContain('jabber:iq:search');
  });

  it('goes on after a restart, with what came meanwhile', async () => {
    carol.says('before', bot);
    await stage.message(stage.jid(carol), 'before');
    await stage.stopGateway();
    carol.says('meanwhile', bot);
    await stage.startGateway();
    await stage.message(stage.jid(carol), 'meanwhile');
    expect(stage.bodies(stage.jid(carol))).toEqual(['before', 'meanwhile']);
  });
});
