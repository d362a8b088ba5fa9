import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DOMAIN } from '../../support/telegram/gateway-stage.js';
import { type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

const GATEWAY = 'jabber:iq:gateway';

async function typed(words: string): Promise<string | undefined> {
  const answer = await talk.stage.iq(
    'set',
    DOMAIN,
    `<query xmlns='${GATEWAY}'><prompt>${words}</prompt></query>`,
  );
  return answer.child('query', GATEWAY)?.childText('jid') ?? answer.child('error')?.elements()[0]?.name;
}

async function tell(words: string): Promise<string> {
  await talk.stage.write(DOMAIN, words);
  return (await talk.stage.message(DOMAIN)).childText('body') ?? '';
}

describe('somebody by what is typed', () => {
  it('E08 the prompt says what that may be', async () => {
    const answer = await talk.stage.iq('get', DOMAIN, `<query xmlns='${GATEWAY}'/>`);
    const query = answer.child('query', GATEWAY);
    expect(query?.childText('prompt')).not.toMatch(/^telegram-|^$/);
    expect(query?.childText('desc')).toMatch(/t\.me/);
  });

  it.each([
    '@mercutio',
    'https://t.me/mercutio',
    't.me/mercutio',
    'tg://resolve?domain=mercutio',
    '+49 170 0000000',
    '0170 0000000',
    't.me/+491700000000',
  ])('E09 %s', async (words) => {
    const mercutio = talk.server.person('Mercutio', { username: 'mercutio', phone: '491700000000' });
    expect(await typed(words)).toBe(talk.stage.jid(mercutio));
  });

  it.each(['@nobodyatall', '+49 170 9999999', 'tell me', 'https://example.org/x', '@'])(
    'E09 “%s” is nobody',
    async (words) => {
      expect(['item-not-found', 'not-acceptable', 'jid-malformed']).toContain(await typed(words));
    },
  );

  it('E09 who hides behind his number cannot be found by it', async () => {
    talk.server.person('Paris', { phone: '491700000001', privacy: new Set(['phone'] as const) });
    expect(await typed('+491700000001')).toBe('not-acceptable');
  });

  it('a word to the gateway adds him to the contacts', async () => {
    const { server, romeo, stage } = talk;
    const mercutio = server.person('Mercutio', { username: 'mercutio' });
    expect(await tell('add @mercutio')).toContain(stage.jid(mercutio));
    await expect.poll(() => romeo.person.contacts.has(mercutio.person)).toBe(true);
  });

  it('J07 people are found by words', async () => {
    const { server, stage } = talk;
    const mercutio = server.person('Mercutio', { username: 'mercutio' });
    const form = "<x xmlns='jabber:x:data' type='submit'><field var='words'><value>mercu</value></field></x>";
    const answer = await stage.iq('set', DOMAIN, `<query xmlns='jabber:iq:search'>${form}</query>`);
    expect(String(answer)).toContain(stage.jid(mercutio));
    expect(String(answer)).toContain('@mercutio');
  });
});
