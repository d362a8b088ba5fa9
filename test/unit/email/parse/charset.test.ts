import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeCharset } from '../../../../gateways/email/mail/charset.js';

const russian = 'Добрый день! Ваш заказ собран и завтра будет доставлен.';
const sentences = {
  'koi8-r': russian,
  'windows-1251': russian,
  'koi8-u': 'Їжак і ґанок',
  gb18030: '您好，请查收附件里的报告，谢谢。',
  big5: '各位同仁大家好，明天的會議改期了。',
  shift_jis: 'お世話になっております。会議は明日です。',
  'euc-jp': 'お世話になっております。会議は明日です。',
  'euc-kr': '안녕하세요. 내일 회의가 있습니다.',
  'iso-8859-2': 'Zażółć gęślą jaźń',
  'iso-8859-7': 'Καλημέρα σας',
  'iso-8859-15': 'cœur à 5 €',
  'windows-1256': 'مرحبا بالعالم',
  'iso-8859-8-i': 'שלום עולם',
  'tis-620': 'สวัสดี',
  cp866: russian,
  'utf-16le': russian,
  'utf-7': 'Grüße',
};

describe('charsets that are declared', () => {
  it.each(Object.entries(sentences))('%s', (charset, sentence) => {
    const name = charset === 'iso-8859-8-i' ? 'iso-8859-8' : charset;
    expect(decodeCharset(iconv.encode(sentence, name), charset.toUpperCase())).toBe(sentence);
  });

  it('iso-2022-jp, which iconv-lite lacks', () => {
    const bytes = Buffer.from('\u001b$B2q5D\u001b(B at 3', 'latin1');
    expect(decodeCharset(bytes, 'ISO-2022-JP')).toBe('会議 at 3');
    expect(decodeCharset(bytes, undefined)).toBe('会議 at 3');
    expect(decodeCharset(bytes, 'us-ascii')).toBe('会議 at 3');
  });

  it.each([
    ['gb2312', 'gbk', '朱镕基時'],
    ['iso-8859-1', 'windows-1252', '5 € – „ja“'],
    ['shift_jis', 'cp932', '①髙'],
    ['ks_c_5601-1987', 'cp949', '똠방'],
    ['win-1251', 'windows-1251', 'Ёлка'],
  ])('%s means the larger %s', (declared, meant, text) => {
    expect(decodeCharset(iconv.encode(text, meant), declared)).toBe(text);
  });
});

describe('charsets that are not what is declared', () => {
  it.each([
    undefined,
    'us-ascii',
    'iso-8859-1',
    'x-unknown',
    'utf-8',
    'no-such',
    '__proto__',
    'base64',
    'hex',
  ])('guesses Cyrillic and Japanese under %s', (declared) => {
    for (const charset of ['koi8-r', 'windows-1251', 'shift_jis'] as const) {
      const sentence = sentences[charset];
      expect(decodeCharset(iconv.encode(sentence, charset), declared)).toBe(sentence);
    }
  });

  it.each([undefined, 'us-ascii', 'iso-8859-1', 'windows-1251', 'koi8-r', 'x-unknown', 'iso-8859-15'])(
    'sees UTF-8 under %s',
    (declared) => {
      expect(decodeCharset(Buffer.from('naïve – да'), declared)).toBe('naïve – да');
    },
  );

  it('sees UTF-8 under a charset of several bytes in which it is invalid', () => {
    expect(decodeCharset(Buffer.from('Ölpreis – ärgerlich'), 'big5')).toBe('Ölpreis – ärgerlich');
  });

  it('keeps to Latin letters in a text of Latin letters', () => {
    const text = "Voilà l'été, à bientôt";
    expect(decodeCharset(iconv.encode(text, 'latin1'), 'utf-8')).toBe(text);
    expect(decodeCharset(iconv.encode(text, 'latin1'), undefined)).toBe(text);
  });

  it('believes UTF-8 that has a few broken bytes', () => {
    const bytes = Buffer.concat([Buffer.from(russian), Buffer.from([0xd0]), Buffer.from(' и так далее')]);
    expect(decodeCharset(bytes, 'utf-8')).toBe(`${russian}\ufffd и так далее`);
  });

  it('looks at the text of HTML, not at its tags', () => {
    const html = `<div class="paragraph-of-text" style="font-family: sans-serif">${'Заказ готов'}</div>`;
    expect(decodeCharset(iconv.encode(html, 'koi8-r'), undefined, true)).toBe(html);
  });

  it('is not misled by UTF-16 that is ASCII', () => {
    expect(decodeCharset(Buffer.from('plain'), 'utf-16')).toBe('plain');
  });

  it('never throws', () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom(...Object.keys(sentences), 'utf-32', 'utf-7-imap', 'hz', 'jis'),
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.option(name, { nil: undefined }),
        (bytes, declared) => {
          expect(typeof decodeCharset(Buffer.from(bytes), declared)).toBe('string');
        },
      ),
    );
  });
});
