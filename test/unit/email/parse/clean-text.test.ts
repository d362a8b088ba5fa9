import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanFileName, cleanLine, cleanText } from '../../../../gateways/email/mail/clean-text.js';

describe('S08 F26 texts', () => {
  it('have one kind of line end, and no control characters but tabs', () => {
    expect(cleanText('\ufeffa\r\nb\rc\n\td\u0000\u0007\u001b[1m\u007f\u0085\ufffe\ud800e')).toBe(
      'a\nb\nc\n\td[1me',
    );
  });

  it('keep letters beyond the basic plane', () => {
    expect(cleanText('👍🏽')).toBe('👍🏽');
  });

  it('of one line are one line that shows nothing but itself', () => {
    expect(cleanLine(' a\r\nBcc: b\u2028c\u202egnp\u2066\u0000  d ')).toBe('a Bcc: b cgnp d');
  });
});

describe('G05 names of files', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\evil.exe', 'evil.exe'],
    ['photo\u202egnp.exe', 'photognp.exe'],
    ['a\u0000\r\nb.txt', 'a b.txt'],
    ['..', undefined],
    ['dir/', undefined],
    ['', undefined],
    ['.hidden', '.hidden'],
  ])('%j is %j', (name, clean) => {
    expect(cleanFileName(name)).toBe(clean);
  });

  it('of any kind fit a file system and keep their extension', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }), (name) => {
        fc.pre(!name.includes('\ufffd'));
        const clean = cleanFileName(`${name}x.jpeg`) ?? '';
        expect(Buffer.byteLength(clean)).toBeLessThanOrEqual(255);
        expect(clean.endsWith('.jpeg')).toBe(true);
        expect(clean).not.toMatch(/[/\\\p{Cc}\ufffd]/u);
      }),
    );
  });
});
