import { describe, expect, it } from 'vitest';
import { ProcessStage, write } from '../../support/telegram/process-stage.js';

describe('words in private, over a real XMPP server', () => {
  it('F01 C21 go both ways after a login by number and code', async () => {
    const stage = await ProcessStage.start();
    const anna = stage.telegram.person('Anna', { phone: '491701234567' });
    const bert = stage.telegram.person('Bert');
    anna.knows(bert);
    const alice = await stage.user('alice');
    await stage.register(alice, anna);
    bert.says('hello', anna);
    await alice.waitFor({ name: 'message', from: stage.jid(bert), body: 'hello' }, 'a message of Bert');
    await write(alice, stage.jid(bert), 'good day');
    await expect.poll(() => bert.heard(anna)?.text).toBe('good day');
    await stage.stop();
  });
});
