import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dialogues } from '../../../src/core/command/dialogues.js';

describe('Dialogues', () => {
  it('K04 S16 never holds more than each user may have, nor for longer', () => {
    const operation = fc.record({
      owner: fc.constantFrom('a', 'b', 'c'),
      id: fc.nat({ max: 30 }),
      advance: fc.nat({ max: 50 }),
      find: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        let now = 0;
        const dialogues = new Dialogues<number>({
          perOwner: 2,
          timeoutMs: 100,
          maxExpired: 3,
          now: () => now,
        });
        for (const { owner, id, advance, find } of operations) {
          now += advance;
          const key = `${owner}${id}`;
          if (find) dialogues.find(key);
          else {
            dialogues.open(key, owner, id);
            expect(dialogues.find(key)).toBe(id);
          }
          expect(dialogues.size).toBeLessThanOrEqual(6);
        }
        now += 100;
        dialogues.find('x');
        expect(dialogues.size).toBe(0);
      }),
    );
  });

  it('K04 a word keeps a dialogue alive', () => {
    let now = 0;
    const dialogues = new Dialogues<string>({ perOwner: 2, timeoutMs: 10, now: () => now });
    dialogues.open('id', 'a', 'value');
    now = 9;
    expect(dialogues.find('id')).toBe('value');
    now = 18;
    expect(dialogues.find('id')).toBe('value');
    now = 28;
    expect(dialogues.find('id')).toBe('expired');
    expect(dialogues.find('other')).toBe('unknown');
  });
});
