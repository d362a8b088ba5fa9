import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceiptIds } from '../../../../gateways/sms/carrier/smpp/receipt-ids.js';

const settled = Promise.resolve();
const anna = '+15550001111';
const boris = '+15550002222';

function remembering(form: ConstructorParameters<typeof ReceiptIds>[0], sent: readonly [string, string][]) {
  const ids = new ReceiptIds(form, 100);
  for (const [id, to] of sent) ids.remember(ids.accepted(id), to, settled);
  return ids;
}

const found = (ids: ReceiptIds, id: string, from: string) => {
  const part = ids.find([id], [from]);
  return typeof part === 'object' ? part.id : part;
};

describe('ids of receipts', () => {
  it('F12 reads a receipt as it is', () => {
    const ids = remembering('auto', [['a-1', anna]]);
    expect(found(ids, 'a-1', '15550001111')).toBe('a-1');
  });

  it('F12 learns decimal for hexadecimal from an id with letters, and then reads any', () => {
    const ids = remembering('auto', [
      ['10', anna],
      ['1AF', anna],
      ['16', anna],
    ]);
    expect(found(ids, '431', anna)).toBe('1AF');
    expect(ids.learnt).toBe('hex-to-decimal');
    expect(found(ids, '16', anna)).toBe('10');
    expect(ids.unknown(['255'])).toBe('FF');
  });

  it('F12 learns hexadecimal for decimal', () => {
    const ids = remembering('auto', [
      ['431', anna],
      ['16', anna],
    ]);
    expect(found(ids, '1af', anna)).toBe('431');
    expect(found(ids, '10', anna)).toBe('16');
    expect(ids.unknown(['ff'])).toBe('255');
  });

  it('F12 learns nothing from ids without letters', () => {
    const ids = remembering('auto', [['10', anna]]);
    expect(found(ids, '16', anna)).toBeUndefined();
    expect(ids.learnt).toBeUndefined();
  });

  it('F12 learns nothing from the receipt of another number', () => {
    const ids = remembering('auto', [['1af', anna]]);
    expect(found(ids, '431', boris)).toBeUndefined();
    expect(ids.learnt).toBeUndefined();
  });

  it('F12 does not show a receipt for a part to somebody else', () => {
    const ids = remembering('auto', [['16', anna]]);
    expect(found(ids, '16', boris)).toBe('foreign');
  });

  it('F12 knows a number without its country code', () => {
    const ids = remembering('auto', [['16', anna]]);
    expect(found(ids, '16', '05550001111')).toBe('16');
  });

  it('F12 never takes one part for another while a centre keeps to one system', () => {
    const id = fc.oneof(
      fc.nat(5000).map(String),
      fc.nat(5000).map((number) => number.toString(16)),
    );
    const to = fc.constantFrom(anna, boris);
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(fc.tuple(id, to)),
        fc.array(fc.tuple(id, to)),
        (hex, sent, received) => {
          const one = (text: string): string => (hex ? text : String(Number.parseInt(text, 16)));
          const ids = remembering('auto', [
            // A centre whose ids are hexadecimal has shown letters in both places long ago.
            ...(hex ? [['beef', anna] as [string, string]] : []),
            ...sent.map(([text, number]) => [one(text), number] as [string, string]),
          ]);
          if (hex) found(ids, 'beef', anna);
          for (const [text, number] of received) {
            const part = found(ids, one(text), number);
            expect([one(text), 'foreign', undefined]).toContain(part);
          }
        },
      ),
    );
  });

  it.each([
    ['hex-to-decimal', (number: bigint) => number.toString(16), (number: bigint) => `0${number}`],
    [
      'decimal-to-hex',
      (number: bigint) => `00${number}`,
      (number: bigint) => number.toString(16).toUpperCase(),
    ],
  ] as const)('F12 reads all ids of a centre of which the operator says %s', (form, inAnswer, inReceipt) => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 64n }), (number) => {
        const ids = remembering(form, [[inAnswer(number), anna]]);
        const id = ids.accepted(inAnswer(number));
        expect(found(ids, inReceipt(number), boris)).toBe(id);
        expect(ids.unknown([inReceipt(number)])).toBe(id);
      }),
    );
  });

  it('S17 forgets the oldest', () => {
    const ids = new ReceiptIds('auto', 2);
    for (const id of ['a', 'b', 'c']) ids.remember(id, anna, settled);
    expect(['a', 'b', 'c'].map((id) => found(ids, id, anna))).toEqual([undefined, 'b', 'c']);
  });
});
