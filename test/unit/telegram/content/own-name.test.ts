import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TgEntity, TgMessage } from '../../../../gateways/telegram/client/model.js';
import { withOwnName } from '../../../../gateways/telegram/content/own-name.js';

const own = { me: 'u1', username: 'rmntg', nick: 'Romeo' } as const;
const said = (text: string, ...entities: readonly TgEntity[]): TgMessage => ({
  ...{ id: 1, chat: 'c1', own: false, date: 0, text, entities, mentionsMe: true, silent: false },
});

describe('the user’s own name in what others say', () => {
  it('I15 is what he is called in the room, by whatever he was named', () => {
    const shown = withOwnName(
      said(
        'O @RmnTg, he of Montague and @juliet',
        { kind: 'mention', offset: 2, length: 6 },
        { kind: 'person', offset: 10, length: 2, person: 'u1' },
        { kind: 'mention', offset: 29, length: 7 },
      ),
      own,
    );
    expect(shown.text).toBe('O Romeo, Romeo of Montague and @juliet');
    expect(shown.entities.map(({ offset, length }) => shown.text.slice(offset, offset + length))).toEqual([
      ...['Romeo', 'Romeo', '@juliet'],
    ]);
  });

  it('leaves everybody else alone', () => {
    const message = said('@juliet', { kind: 'mention', offset: 0, length: 7 });
    expect(withOwnName(message, own)).toBe(message);
    expect(withOwnName(said('@rmntg'), own).text).toBe('@rmntg');
  });

  it('keeps styles around it where they were', () => {
    const { text, entities } = withOwnName(
      said(
        'so @rmntg there',
        { kind: 'bold', offset: 0, length: 9 },
        { kind: 'mention', offset: 3, length: 6 },
        {
          kind: 'code',
          offset: 10,
          length: 5,
        },
      ),
      own,
    );
    expect(text).toBe('so Romeo there');
    const words = entities.map(({ kind, offset, length }) => [kind, text.slice(offset, offset + length)]);
    expect(words).toEqual([
      ['bold', 'so Romeo'],
      ['mention', 'Romeo'],
      ['code', 'there'],
    ]);
  });

  it('S08 takes any entities, and never takes away words that are not a name', () => {
    const entity = fc.record({
      kind: fc.constantFrom('mention', 'person', 'bold'),
      offset: fc.integer({ min: -5, max: 40 }),
      length: fc.integer({ min: -5, max: 40 }),
      person: fc.constantFrom('u1', 'u2'),
    }) as fc.Arbitrary<TgEntity>;
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), fc.array(entity), (text, entities) => {
        const shown = withOwnName(said(text, ...entities), own);
        const sound = ({ offset, length }: TgEntity) =>
          offset >= 0 && length >= 0 && offset + length <= shown.text.length;
        if (shown.text !== text) expect(shown.entities.every(sound)).toBe(true);
        if (!entities.some(({ kind, person }) => kind === 'person' && person === 'u1'))
          expect(shown.text).toBe(text);
      }),
    );
  });
});
