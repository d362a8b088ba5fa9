import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EmailAddressCodec } from '../../../../gateways/email/address.js';
import { classify, type MailNature } from '../../../../gateways/email/content/classify.js';
import { textMail } from '../../../support/email/read-mail.js';

const natureOf = async (headers: Readonly<Record<string, string>>): Promise<MailNature> =>
  classify(await textMail('x', headers));

describe('what kind of mail it is', () => {
  it.each<[MailNature['kind'], Record<string, string>]>([
    ['personal', {}],
    ['personal', { 'Auto-Submitted': 'no' }],
    ['personal', { 'X-Auto-Response-Suppress': 'DR, RN' }],
    ['auto-reply', { 'Auto-Submitted': 'auto-replied (vacation)' }],
    ['auto-reply', { 'X-Autoreply': 'yes' }],
    ['auto-reply', { Precedence: 'auto_reply' }],
    ['auto-reply', { 'Auto-Submitted': 'auto-generated', Subject: 'Automatic reply: Tea' }],
    ['auto-reply', { 'X-Auto-Response-Suppress': 'All', Subject: 'Автоматический ответ: Чай' }],
    ['auto-generated', { 'Auto-Submitted': 'auto-generated' }],
    ['auto-generated', { 'Return-Path': '<>' }],
    ['bulk', { Precedence: 'bulk' }],
    ['bulk', { 'Feedback-ID': '1:2:3:x' }],
    ['bulk', { 'List-Unsubscribe': '<https://e.org/u>' }],
    ['bulk', { 'List-Id': 'News <news.e.org>', 'List-Post': 'NO' }],
    ['list', { 'List-Id': 'Dev <dev.lists.example.org>', 'List-Post': '<mailto:dev@lists.example.org>' }],
    ['list', { 'List-Id': '<linux.vger.example>', To: 'linux@vger.example' }],
  ])('F28 %s: %o', async (kind, headers) => {
    const nature = await natureOf(headers);
    expect(nature.kind).toBe(kind);
    expect(nature.automatic).toBe(kind !== 'personal');
  });

  it('F28 is automatic where the return path is null, or nothing shall answer', async () => {
    const mail = await textMail('x');
    const origin = { account: 1, way: 'domain', authenticity: 'pass', spam: false, late: false } as never;
    expect(classify(mail, origin).automatic).toBe(false);
    expect(classify(mail, Object.assign({}, origin, { returnPath: '' })).kind).toBe('auto-generated');
    expect(await natureOf({ 'X-Auto-Response-Suppress': 'OOF' })).toMatchObject({
      kind: 'personal',
      automatic: true,
    });
  });

  it.each([
    [{ 'X-Spam-Flag': 'YES' }, true],
    [{ 'X-Spam-Status': 'Yes, score=9' }, true],
    [{ 'X-Spam': 'Yes' }, true],
    [{ 'X-MS-Exchange-Organization-SCL': '6' }, true],
    [{ 'X-Spam-Status': 'No, score=-1' }, false],
    [{ 'X-MS-Exchange-Organization-SCL': '-1' }, false],
  ])('is spam by the headers of filters: %o', async (headers, spam) => {
    expect((await natureOf(headers)).spam).toBe(spam);
  });

  it.each([
    ['noreply@example.org', true],
    ['do-not-reply@example.org', true],
    ['donotreply+1@example.org', true],
    ['shop-noreply@example.org', true],
    ['MAILER-DAEMON@example.org', true],
    ['noel@example.org', false],
    ['nora.reply@example.org', false],
  ])('tells whether answers reach somebody: %s', async (From, noReply) => {
    expect((await natureOf({ From })).noReply).toBe(noReply);
    expect((await natureOf({ From, 'Reply-To': 'help@example.org' })).noReply).toBe(false);
  });
});

describe('mailing lists', () => {
  const LIST = {
    'List-Id': '"Development, of it" <Dev.Lists.Example.org>',
    'List-Post': '<mailto:dev@lists.example.org>',
    'List-Unsubscribe':
      '<mailto:dev-leave@lists.example.org?subject=un%0D%0Asub>, <https://lists.example.org/u?x=1>',
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'List-Archive': '<https://lists.example.org/dev/>',
  };

  it('tell their name, address, ways out and archive', async () => {
    expect((await natureOf(LIST)).list).toEqual({
      id: 'dev.lists.example.org',
      name: 'Development, of it',
      post: 'dev@lists.example.org',
      unsubscribe: {
        mailto: 'mailto:dev-leave@lists.example.org?subject=un%0D%0Asub',
        web: 'https://lists.example.org/u?x=1',
        oneClick: true,
      },
      archive: 'https://lists.example.org/dev/',
    });
    const { 'List-Unsubscribe-Post': _, ...without } = LIST;
    expect((await natureOf(without)).unsubscribe?.oneClick).toBe(false);
  });

  it('E04 always have an id that can be a room', async () => {
    const codec = new EmailAddressCodec();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary-ascii', maxLength: 400 }), async (id) => {
        const nature = await natureOf({ 'List-Id': `List <${id.replace(/[\r\n]/g, '')}>` });
        if (nature.list) expect(codec.parse(`#${nature.list.id}`)?.kind).toBe('room');
      }),
    );
    const [one, other] = [await natureOf({ 'List-Id': '<a/b.c>' }), await natureOf({ 'List-Id': '<a b.c>' })];
    expect(one.list?.id).not.toBe(other.list?.id);
  });

  it('without List-Id are known by where they take mail', async () => {
    const { 'List-Id': _, ...without } = LIST;
    expect((await natureOf(without)).list).toMatchObject({
      id: 'dev.lists.example.org',
      post: 'dev@lists.example.org',
    });
  });

  it.each<[Record<string, string>]>([
    [{ From: '"Alice via dev" <dev@lists.example.org>', 'Reply-To': 'Alice <alice@example.org>' }],
    [
      {
        From: 'Alice via dev <dev@lists.example.org>',
        'X-Original-From': 'Alice <alice@example.org>',
        'Reply-To': 'dev@lists.example.org',
      },
    ],
    [
      {
        From: 'Alice via dev <dev-bounces@lists.example.org>',
        'Reply-To': 'dev@lists.example.org',
        Cc: 'Bob <bob@example.net>, Alice <alice@example.org>',
      },
    ],
    [{ From: 'Alice via dev <dev@lists.example.org>', 'X-MailFrom': 'alice@example.org' }],
  ])('give back the author whose address they have replaced: %o', async (headers) => {
    expect((await natureOf({ ...LIST, ...headers })).author).toEqual({
      address: 'alice@example.org',
      name: 'Alice',
    });
  });

  it('do not replace an author whose address is his own', async () => {
    const headers = {
      ...LIST,
      From: 'Mallory <mallory@evil.example>',
      'X-Original-From': 'Alice <alice@example.org>',
    };
    expect((await natureOf(headers)).author?.address).toBe('mallory@evil.example');
    expect(
      (await natureOf({ From: 'Mallory <m@evil.example>', 'X-Original-From': 'a@example.org' })).author
        ?.address,
    ).toBe('m@evil.example');
  });

  it('are read from any headers without an error', async () => {
    const value = fc.string({ maxLength: 100 }).map((text) => text.replace(/[\r\n\0]/g, ''));
    await fc.assert(
      fc.asyncProperty(value, value, value, async (id, unsubscribe, from) => {
        await natureOf({
          'List-Id': id,
          'List-Unsubscribe': `<${unsubscribe}>`,
          'List-Post': unsubscribe,
          From: from,
        });
      }),
    );
  });
});
