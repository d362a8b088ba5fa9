import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  PeerId,
  TgButton,
  TgFile,
  TgMedia,
  TgMessage,
  TgPoll,
  TgService,
} from '../../../../gateways/telegram/client/model.js';
import { numberedButtons } from '../../../../gateways/telegram/content/buttons.js';
import { joinAlbum, readMessage } from '../../../../gateways/telegram/content/read-message.js';
import { FluentTranslator } from '../../../../src/core/translation/fluent-translator.js';

const locale = (language: string) =>
  readFileSync(new URL(`../../../../gateways/telegram/locales/${language}.ftl`, import.meta.url), 'utf8');
const translator = new FluentTranslator([{ en: locale('en'), ru: locale('ru') }]);

const names: Readonly<Record<string, string>> = { u1: 'Alice', u2: 'Bob', g5: 'Friends', c9: 'News' };
const context = { name: (peer: PeerId) => names[peer] ?? `Telegram ${peer.slice(1)}` };
const handle: TgFile['handle'] = { id: '7', accessHash: '1', reference: '', centre: 2, kind: 'document' };
const file = (mediaType: string, more: Partial<TgFile> = {}): TgFile => ({
  ...{ handle, mediaType, size: 10 },
  ...more,
});
const message = (more: Partial<TgMessage>): TgMessage => ({
  ...{ id: 42, chat: 'u1', from: 'u1', own: false, date: 0, text: '', entities: [] },
  ...{ mentionsMe: false, silent: false },
  ...more,
});

/** What is shown of a message, with its remarks said. */
const shown = (more: Partial<TgMessage>, language = 'en') => {
  const { text, remarks } = readMessage(message(more), context);
  return [text, ...remarks.map((remark) => `[${translator.say(remark, language)}]`)].join('\n').trim();
};
const filesOf = (media: TgMedia) =>
  readMessage(message({ media }), context).files.map((one) =>
    one.from === 'telegram' ? [one.kind, one.name, one.file.mediaType, one.convertTo] : [one.kind, one.name],
  );

describe('reading messages of Telegram', () => {
  it('F24 words with their styles', () => {
    const said = message({ text: 'so be it', entities: [{ kind: 'bold', offset: 0, length: 2 }] });
    expect(readMessage(said, context)).toEqual({ text: '*so* be it', styled: true, remarks: [], files: [] });
  });

  it('F24 keeps the words of a spoiler, and says that it is one', () => {
    const entities = [{ kind: 'spoiler', offset: 0, length: 3 }] as const;
    expect(shown({ text: 'she did it', entities })).toBe(
      'she did it\n[Part of this is hidden as a spoiler in Telegram.]',
    );
  });

  it('F30 custom emoji show as what they stand for', () => {
    const entities = [{ kind: 'emoji', offset: 3, length: 2, emoji: '123' }] as const;
    expect(shown({ text: 'ok 👍', entities })).toBe('ok 👍');
  });

  it.each<readonly [TgMedia['kind'], string, string]>([
    ['photo', 'image/jpeg', 'photo-42.jpg'],
    ['video', 'video/mp4', 'video-42.mp4'],
    ['round', 'video/mp4', 'video-message-42.mp4'],
    ['voice', 'audio/ogg', 'voice-message-42.ogg'],
    ['gif', 'video/mp4', 'animation-42.mp4'],
    ['document', 'application/x-unheard', 'file-42'],
  ])('F30 %s: a file with a name', (kind, mediaType, name) => {
    const media = { kind, file: file(mediaType), vanishes: false } as TgMedia;
    expect(filesOf(media)).toEqual([[kind, name, mediaType, undefined]]);
    expect(shown({ media, text: 'a caption' })).toBe('a caption');
  });

  it('G05 S07 names of files are the sender’s, without paths and hidden characters', () => {
    const named = (name: string) =>
      filesOf({ kind: 'document', file: file('application/pdf', { name }), vanishes: false })[0]?.[1];
    expect(named('plan.pdf')).toBe('plan.pdf');
    expect(named('../../etc/passwd')).toBe('passwd');
    expect(named('a\\b\\c.pdf')).toBe('c.pdf');
    expect(named('fdp.\u202eexe')).toBe('fdp.exe');
    expect(named('..')).toBe('file-42.pdf');
    expect(named('a\r\nb.pdf')).toBe('a b.pdf');
  });

  it('F30 music is called by its title', () => {
    const music = { kind: 'audio', file: file('audio/mpeg', { name: 'x.mp3' }), vanishes: false } as const;
    expect(filesOf({ ...music, title: 'Song/1', performer: 'AC/DC' })[0]?.[1]).toBe('AC DC - Song 1.mp3');
    expect(filesOf(music)[0]?.[1]).toBe('x.mp3');
  });

  it('F30 stickers are their emoji and a picture', () => {
    const sticker = (one: TgFile): TgMedia => ({ kind: 'sticker', file: one, emoji: '😀', vanishes: false });
    const preview = file('image/webp', { handle: { ...handle, size: 'm' } });
    const still = sticker(file('image/webp', { name: 'sticker.webp' }));
    expect(filesOf(still)).toEqual([['sticker', 'sticker-42.png', 'image/webp', 'image/png']]);
    expect(shown({ media: still })).toBe('😀');
    const video = file('video/webm');
    expect(filesOf(sticker({ ...video, preview }))).toEqual([
      ['sticker', 'sticker-42.png', 'image/webp', 'image/png'],
    ]);
    expect(filesOf(sticker(video))).toEqual([['sticker', 'sticker-42.webm', 'video/webm', undefined]]);
    const animated = file('application/x-tgsticker');
    expect(filesOf(sticker({ ...animated, preview }))).toHaveLength(1);
    expect(filesOf(sticker(animated))).toEqual([]);
    expect(shown({ media: sticker(animated) })).toBe(
      '😀\n[An animated sticker of which there is no picture.]',
    );
  });

  it('F30 what vanishes is not fetched, and said to be for the phone', () => {
    for (const kind of ['photo', 'video', 'round', 'voice', 'document'] as const) {
      const media = { kind, file: file('image/jpeg'), vanishes: true } as TgMedia;
      expect(filesOf(media)).toEqual([]);
      expect(shown({ media, text: 'look' })).toMatch(
        /^look\n\[A .* that disappears once .* on your phone\.\]$/,
      );
    }
  });

  it('F30 a place is a link to a map and a geo URI (RFC 5870)', () => {
    const at = { kind: 'location', latitude: 55.7558, longitude: 37.617_312_345, live: false } as const;
    const place =
      'https://www.openstreetmap.org/?mlat=55.7558&mlon=37.617312#map=16/55.7558/37.617312\ngeo:55.7558,37.617312';
    expect(shown({ media: at })).toBe(place);
    expect(shown({ media: { ...at, title: 'The\nCafé', address: 'Main St 1' } })).toBe(
      `The Café, Main St 1\n${place}`,
    );
    expect(shown({ media: { ...at, live: true } })).toContain('[A live location');
    for (const latitude of [Number.NaN, 91, Number.POSITIVE_INFINITY])
      expect(shown({ media: { ...at, latitude } })).toContain('cannot be shown here (Location)');
    expect(shown({ media: { ...at, latitude: 1e-9, longitude: -0.5 } })).toContain('geo:0,-0.5');
  });

  it('F30 a contact is a name, a number and a vCard', () => {
    const media = { kind: 'contact', phone: '15550100', name: 'Ann; Lee', vcard: '' } as const;
    const { text, files } = readMessage(message({ media }), context);
    expect(text).toBe('👤 Ann; Lee, +15550100');
    expect(files).toEqual([
      {
        ...{ from: 'message', kind: 'contact', name: 'Ann; Lee.vcf', mediaType: 'text/vcard' },
        content:
          'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ann\\; Lee\r\nTEL;VALUE=uri:tel:+15550100\r\nEND:VCARD\r\n',
      },
    ]);
    const own = 'BEGIN:VCARD\nVERSION:3.0\nFN:x\nEND:VCARD';
    expect(readMessage(message({ media: { ...media, vcard: own } }), context).files[0]).toMatchObject({
      content: own,
    });
  });

  it('F26 a contact cannot inject a line into his vCard', () => {
    const media = { kind: 'contact', phone: '1\r\nNOTE:x', name: 'a\r\nNOTE:x', vcard: 'junk' } as const;
    const [card] = readMessage(message({ media }), context).files;
    expect(
      card?.from === 'message' && card.content.split('\r\n').filter((line) => line.startsWith('NOTE')),
    ).toEqual([]);
  });

  const poll: TgPoll = {
    ...{ id: '1', question: 'Which *one*?', multiple: false, quiz: false, closed: false },
    answers: [
      { text: 'Red', option: 'a', voters: 1, chosen: false },
      { text: '_Blue_', option: 'b', voters: 2, chosen: true, correct: true },
    ],
    voters: 3,
  };

  it('F30 a poll shows its answers, its results and how to vote', () => {
    expect(shown({ media: { kind: 'poll', poll } })).toBe(
      [
        '📊 Which *one*?',
        '1. Red: 1 (33 %)',
        '2. _Blue_: 2 (67 %) ✓ ✅',
        '[A poll. Vote with “vote” and the number of an answer, as in: vote 1]',
        '[3 people have voted.]',
      ].join('\n'),
    );
    const { voters, ...unknown } = poll;
    const answers = poll.answers.map(({ text, option }) => ({ text, option, chosen: false }));
    expect(shown({ media: { kind: 'poll', poll: { ...unknown, answers } } })).toMatch(
      /\n1\. Red\n2\. _Blue_\n/,
    );
    const none = { ...poll, voters: 0, answers: poll.answers.map((answer) => ({ ...answer, voters: 0 })) };
    expect(shown({ media: { kind: 'poll', poll: none } })).toContain('1. Red: 0 (0 %)');
  });

  it.each<readonly [Partial<TgPoll>, string]>([
    [{ closed: true }, 'Опрос завершён.'],
    [{ quiz: true }, 'Викторина.'],
    [{ multiple: true }, 'vote 1 2'],
    [{ voters: 0 }, 'Пока никто не проголосовал.'],
    [{ voters: 21 }, 'Проголосовал 21 человек.'],
    [{ voters: 22 }, 'Проголосовали 22 человека.'],
    [{ voters: 25 }, 'Проголосовали 25 человек.'],
  ])('F30 polls in Russian: %j', (more, words) => {
    expect(shown({ media: { kind: 'poll', poll: { ...poll, ...more } } }, 'ru')).toContain(words);
  });

  it('F24 what media say beside styled words stays literal', () => {
    const said = message({
      ...{ text: 'vote now', entities: [{ kind: 'bold', offset: 0, length: 4 }] },
      media: { kind: 'poll', poll },
    });
    const { text, styled } = readMessage(said, context);
    expect(styled).toBe(true);
    expect(text).toContain('*vote* now\n📊 Which \u2060*one*?');
  });

  it('F30 dice, pages and what is not known', () => {
    expect(shown({ media: { kind: 'dice', emoji: '🎲', value: 4 } })).toBe('🎲 4');
    expect(shown({ media: { kind: 'unsupported', name: 'Story' } })).toBe(
      '[This message has something that cannot be shown here (Story). Look at it in Telegram.]',
    );
    const page = { kind: 'page', url: 'https://example.org/a' } as const;
    expect(shown({ media: page, text: 'see' })).toBe('see\nhttps://example.org/a');
    expect(shown({ media: page, text: 'see https://example.org/a' })).toBe('see https://example.org/a');
    const link = [{ kind: 'link', offset: 4, length: 13 }] as const;
    expect(shown({ media: page, text: 'see example.org/a', entities: link })).toBe('see example.org/a');
    const behind = [{ kind: 'link', offset: 0, length: 3, url: 'https://example.org/a' }] as const;
    expect(shown({ media: page, text: 'see', entities: behind })).toBe('see (https://example.org/a)');
  });

  it('F21 an answer names what it answers, and what of it is quoted', () => {
    const replyTo = { id: 3, chat: 'c9', quote: 'a\u0000b' } as const;
    expect(readMessage(message({ text: 'yes', replyTo }), context).replyTo).toEqual({
      ...{ id: 3, chat: 'c9', quote: 'a\ufffdb' },
    });
  });

  it('says where a message comes from', () => {
    const by = (forwarded: Omit<NonNullable<TgMessage['forwarded']>, 'date'>) =>
      shown({ text: 'x', forwarded: { date: 0, ...forwarded } });
    expect(by({ from: 'c9' })).toBe('x\n[Forwarded from News]');
    expect(by({ name: 'Hid\u202eden' })).toBe('x\n[Forwarded from Hidden]');
    expect(by({})).toBe('x\n[Forwarded]');
    expect(shown({ text: 'x', viaBot: 'u2' })).toBe('x\n[Sent through the bot Bob]');
    expect(shown({ text: 'x', signature: 'The editor' })).toBe('x\n[Signed: The editor]');
  });

  it('F30 buttons are numbered choices', () => {
    const buttons: readonly (readonly TgButton[])[] = [
      [
        { kind: 'callback', text: 'Yes', data: '', needsPassword: false },
        { kind: 'link', text: 'More', url: 'https://example.org/' },
      ],
      [{ kind: 'say', text: 'N\no' }],
    ];
    expect(shown({ text: 'Sure?', buttons })).toBe(
      'Sure?\n1. Yes\n2. More (https://example.org/)\n3. N o\n[Press a button with “press” and its number, as in: press 1]',
    );
    expect(numberedButtons({ buttons })[2]).toMatchObject({ text: 'N\no' });
    expect(shown({ text: 'x', buttons: [[{ kind: 'link', text: 'a', url: 'b' }]] })).toBe('x\n1. a (b)');
  });

  it.each<readonly [TgService, string, string]>([
    [{ kind: 'created' }, 'Alice created the chat.', 'Alice создаёт чат.'],
    [{ kind: 'added', people: ['u2'] }, 'Alice added Bob.', 'Alice добавляет в чат: Bob.'],
    [{ kind: 'added', people: ['u1'] }, 'Alice joined.', 'Alice вступает в чат.'],
    [{ kind: 'removed', people: ['u1'] }, 'Alice left.', 'Alice покидает чат.'],
    [{ kind: 'removed', people: ['u2'] }, 'Alice removed Bob.', 'Alice удаляет из чата: Bob.'],
    [
      { kind: 'title-changed', title: 'a\nb' },
      'Alice changed the title to “a b”.',
      'Alice меняет название на «a b».',
    ],
    [{ kind: 'topic-changed', title: '', closed: true }, 'Alice closed the topic.', 'Alice закрывает тему.'],
    [
      { kind: 'topic-changed', title: '', closed: false },
      'Alice reopened the topic.',
      'Alice снова открывает тему.',
    ],
    [
      { kind: 'topic-changed', title: 'x' },
      'Alice renamed the topic to “x”.',
      'Alice меняет название темы на «x».',
    ],
    [
      { kind: 'call', video: true, missed: false, seconds: 3_725 },
      'Video call from Alice, 1:02:05',
      'Видеозвонок, звонит Alice: 1:02:05',
    ],
    [
      { kind: 'call', video: false, missed: false, seconds: 65 },
      'Call from Alice, 1:05',
      'Звонок, звонит Alice: 1:05',
    ],
    [
      { kind: 'call', video: false, missed: true },
      'Call from Alice, not answered. Calls are possible in Telegram only.',
      'Звонок без ответа, звонит Alice. Разговаривать можно только в самом Telegram.',
    ],
    [
      { kind: 'timer', seconds: 604_800 },
      'Alice has new messages deleted by themselves after 1 week.',
      'Alice включает автоудаление новых сообщений через 1 неделю.',
    ],
    [
      { kind: 'timer', seconds: 7_200 },
      'Alice has new messages deleted by themselves after 2 hours.',
      'Alice включает автоудаление новых сообщений через 2 часа.',
    ],
    [
      { kind: 'timer', seconds: 0 },
      'Alice no longer has messages deleted by themselves.',
      'Alice отключает автоудаление сообщений.',
    ],
  ])('service messages are sentences: %j', (service, english, russian) => {
    expect(shown({ service })).toBe(`[${english}]`);
    expect(shown({ service }, 'ru')).toBe(`[${russian}]`);
  });

  it('names some of many people, and counts the others', () => {
    const people = Array.from({ length: 25 }, (_, i): PeerId => `u${100 + i}`);
    expect(shown({ service: { kind: 'added', people } })).toMatch(/Telegram 109 and 15 more\.\]$/);
    expect(shown({ service: { kind: 'added', people } }, 'ru')).toMatch(/Telegram 109 и ещё 15\.\]$/);
  });

  it('says every kind of service message in both languages', () => {
    const simple = [
      ...(['joined-by-link', 'joined-by-request', 'photo-changed', 'photo-removed'] as const),
      ...(['history-cleared', 'screenshot', 'contact-joined'] as const),
    ].map((kind): TgService => ({ kind }));
    const services: readonly TgService[] = [
      ...simple,
      { kind: 'pinned', message: 1 },
      { kind: 'migrated-to', chat: 'c9' },
      { kind: 'topic-created', title: 'x' },
      { kind: 'other', name: 'Gift' },
    ];
    for (const language of ['en', 'ru'])
      expect(new Set(services.map((service) => shown({ service }, language))).size).toBe(services.length);
  });

  it('an album is one message with all files, captions and each remark once', () => {
    const photo = (id: number, more: Partial<TgMessage> = {}) =>
      message({
        ...{ id, album: 'a', forwarded: { from: 'u2', date: 0 } },
        media: { kind: 'photo', file: file('image/jpeg'), vanishes: false },
        ...more,
      });
    const bold = { kind: 'bold', offset: 0, length: 99 } as const;
    const album = joinAlbum(
      [photo(1, { text: 'one', entities: [bold], replyTo: { id: 9 } }), photo(2), photo(3, { text: 'two' })],
      context,
    );
    expect(album.files.map(({ name }) => name)).toEqual(['photo-1.jpg', 'photo-2.jpg', 'photo-3.jpg']);
    expect(album).toMatchObject({ text: '*one*\ntwo', styled: true, replyTo: { id: 9 } });
    expect(album.remarks).toEqual([{ key: 'telegram-forwarded', args: { from: 'Bob' } }]);
  });

  it('S08 takes anything without falling over', () => {
    const words = fc.string({ unit: 'binary', maxLength: 30 });
    const number = fc.oneof(fc.double(), fc.integer());
    const text = fc.record({ kind: fc.constant('page' as const), url: words });
    const media = fc.oneof(
      text,
      fc.record({ kind: fc.constant('unsupported' as const), name: words }),
      fc.record({ kind: fc.constant('dice' as const), emoji: words, value: number }),
      fc.record({ kind: fc.constant('contact' as const), phone: words, name: words, vcard: words }),
      fc.record({
        ...{ kind: fc.constant('location' as const), latitude: number, longitude: number },
        ...{ live: fc.boolean(), title: words, address: words },
      }),
      fc.record({
        ...{ kind: fc.constantFrom('sticker' as const, 'audio' as const, 'document' as const) },
        ...{ emoji: words, title: words, performer: words, vanishes: fc.boolean() },
        file: fc.record({ mediaType: words, name: words }).map((facts) => file(facts.mediaType, facts)),
      }),
    );
    fc.assert(
      fc.property(words, media, words, (said, shows, author) => {
        const read = readMessage(message({ text: said, media: shows, signature: author }), context);
        expect(read.text).not.toMatch(/\p{Surrogate}/u);
        for (const one of read.files) expect(one.name).toMatch(/^[^/\\\p{Cc}]+$/u);
        for (const remark of read.remarks) expect(translator.say(remark, 'ru')).not.toBe(remark.key);
      }),
    );
  });
});
