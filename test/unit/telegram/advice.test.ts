import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { telegramModule } from '../../../gateways/telegram/index.js';
import { askOptions } from '../../../src/cli/init/network-options.js';
import type { Question } from '../../../src/cli/init/questions.js';

const MINE = { apiId: 12_345_678, apiHash: 'abc', device: 'jabber.example.org' };
const advice = (options: object) =>
  telegramModule.advice(telegramModule.optionsSchema.parse({ ...MINE, ...options }));

describe('what an operator of Telegram is told', () => {
  it('nothing when all is well', () => {
    expect(advice({})).toEqual([]);
  });

  it('that the API id is another’s, and where to get one', () => {
    expect(advice({ apiId: 2_040 })).toMatchObject([
      { remedy: expect.stringContaining('https://my.telegram.org') },
    ]);
  });

  it('what users see in their list of sessions', () => {
    expect(advice({ device: undefined })[0]?.text).toContain('“XMPP gateway”');
  });

  it('which way leads to Telegram, without the secrets of it', () => {
    const secret = 'dd00112233445566778899aabbccddeeff';
    const told = advice({ proxies: [{ kind: 'mtproxy', host: 'proxy.example.org', port: 443, secret }] });
    expect(told).toEqual([{ text: 'Telegram is reached by mtproxy' }]);
  });

  it('that users log in elsewhere', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const servers = {
      endpoints: [{ centre: 1, host: '127.0.0.1', port: 4_430 }],
      publicKey: publicKey.export({ type: 'pkcs1', format: 'pem' }),
    };
    expect(advice({ servers, apiId: 4 })).toEqual([{ text: expect.stringContaining('another kind') }]);
  });

  it('is asked for its API id and hash by init, with where to get them', async () => {
    const asked: string[] = [];
    const interview = {
      async answer({ text, flag, check }: Question): Promise<string> {
        asked.push(text);
        expect(check('what?')).toBeDefined();
        return flag.includes('apiId') ? '12345678' : 'abc';
      },
      close: () => undefined,
    };
    const values = await askOptions(interview, 'telegram', telegramModule.optionsSchema, new Map());
    expect(values).toEqual({ apiId: 12_345_678, apiHash: 'abc' });
    expect(asked[0]).toContain('https://my.telegram.org');
  });
});
