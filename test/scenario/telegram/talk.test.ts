import { Api } from 'telegram';
import { afterEach, describe, expect, it } from 'vitest';
import { GatewayStage } from '../../support/telegram/gateway-stage.js';

describe('words in private', () => {
  let stage: GatewayStage;
  afterEach(async () => {
    await stage.stop();
  });

  it('F01 go both ways', async () => {
    stage = await GatewayStage.start();
    const { server } = stage;
    const alice = server.person('Alice', { phone: '491701234567' });
    const bob = server.person('Bob');
    bob.knows(alice);
    alice.knows(bob);
    await stage.login(alice);
    bob.says('hello', alice);
    const heard = await stage.message(stage.jid(bob), 'hello');
    expect(heard.attrs.type).toBe('chat');
    await stage.write(stage.jid(bob), 'good day');
    await server.asked(Api.messages.SendMessage);
    await expect.poll(() => bob.heard(alice)?.text).toBe('good day');
  });
});
