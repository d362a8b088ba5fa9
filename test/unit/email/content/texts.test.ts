import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deliveryFailure } from '../../../../gateways/email/content/failure.js';
import { FluentTranslator } from '../../../../src/core/translation/fluent-translator.js';
import type { Text } from '../../../../src/gateway/text.js';

const sourceOf = (language: string): string =>
  readFileSync(new URL(`../../../../gateways/email/locales/${language}.ftl`, import.meta.url), 'utf8');
const translator = new FluentTranslator([{ en: sourceOf('en'), ru: sourceOf('ru') }]);
const both = (text: Text): string[] => ['en', 'ru'].map((language) => translator.say(text, language));

describe('remarks on mails', () => {
  it.each<[Text, string, string]>([
    [
      { key: 'email-event-weekly', args: { interval: 1, day: 'mo' } },
      'Every week on Monday',
      'Каждую неделю по понедельникам',
    ],
    [{ key: 'email-event-weekly', args: { interval: 2, day: 'none' } }, 'Every 2 weeks', 'Каждые 2 недели'],
    [{ key: 'email-event-daily', args: { interval: 5 } }, 'Every 5 days', 'Каждые 5 дней'],
    [{ key: 'email-event-yearly', args: { interval: 1 } }, 'Every year', 'Каждый год'],
    [{ key: 'email-event-count', args: { count: 3 } }, '3 times in all', 'Всего 3 раза'],
    [
      { key: 'email-event-reply', args: { who: 'Bob', answer: 'declined', title: 'Tea' } },
      'Bob declines: Tea',
      'Bob отклоняет приглашение: Tea',
    ],
    [
      {
        key: 'email-event-when-utc',
        args: { times: '2026-05-04 14:00 Europe/Berlin', utc: '2026-05-04 12:00' },
      },
      'When: 2026-05-04 14:00 Europe/Berlin (2026-05-04 12:00 UTC)',
      'Когда: 2026-05-04 14:00 Europe/Berlin (2026-05-04 12:00 UTC)',
    ],
  ])('are said in both languages: %o', (text, en, ru) => {
    expect(both(text)).toEqual([en, ru]);
  });

  it('F05 say why a mail did not arrive', () => {
    expect(both(deliveryFailure('a@example.org', '5.1.1', 'smtp; 550 5.1.1 no').text)).toEqual([
      'There is no mailbox a@example.org. (550 5.1.1 no)',
      'Почтового ящика a@example.org не существует. (550 5.1.1 no)',
    ]);
  });
});
