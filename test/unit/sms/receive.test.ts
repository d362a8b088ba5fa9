import { describe, expect, it } from 'vitest';
import { optionsSchema } from '../../../gateways/sms/options.js';
import { SmsStage } from './stage.js';

const numbers = [{ number: '+12125550100', carrier: 'main' }];

describe('who a text is from', () => {
  it.each(['', '  ', '\u200e'])(
    'B18 E05 somebody who withholds his number is shown as such: %j',
    async (from) => {
      const stage = new SmsStage({ numbers });
      const account = stage.account(1);
      await stage.context.numbers.assign(account.id);
      await stage.line.message({ id: 'x', from, to: '+12125550100', text: 'guess who' });
      const contact = { id: 'anonymous', name: 'Anonymous', noReply: true };
      expect(stage.host.events.map(({ event }) => event)).toMatchObject([
        { type: 'contact-changed', contact },
        { type: 'direct-message', from: 'anonymous', nick: 'Anonymous', text: 'guess who', automatic: true },
      ]);
    },
  );
});

describe('names of carriers', () => {
  it('are none that accounts of users have', () => {
    const carrier = { kind: 'smpp', host: 'smsc.example.test', systemId: 'me', password: 'pw' };
    const named = (name: string) => optionsSchema.safeParse({ region: 'US', carriers: { [name]: carrier } });
    expect(named('own-5').success).toBe(false);
    expect(named('owner').success).toBe(true);
  });
});
