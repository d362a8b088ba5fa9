import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silently } from '../../../../gateways/telegram/conversation/silent.js';

describe('“/silent” before a text', () => {
  it.each([
    ['/silent hello', 'hello'],
    ['/SILENT\thello', 'hello'],
    ['/silent\n> quoted', '> quoted'],
  ])('%j says %j', (text, said) => {
    expect(silently({ text, key: 'k' })).toEqual({ text: said, key: 'k' });
  });

  it.each(['/silent', '/silent  ', '/silently hello', ' /silent hello', 'hello /silent x'])(
    '%j is just a text',
    (text) => {
      expect(silently({ text })).toBeUndefined();
    },
  );

  it('goes with a file that has no other words', () => {
    const file = { name: 'a', mediaType: 'image/png', size: 1, open: () => Promise.reject(new Error()) };
    expect(silently({ text: '/silent', attachments: [file] })).toMatchObject({ text: '' });
  });

  it('changes nothing else of any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(silently({ text: `/silent x${text}` })?.text).toBe(`x${text}`);
      }),
    );
  });
});
