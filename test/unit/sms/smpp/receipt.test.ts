import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../../gateways/sms/carrier/smpp/delivery.js';
import { kindOf, readReceipt } from '../../../../gateways/sms/carrier/smpp/receipt.js';

function receipt(text: string, more: Partial<Delivery> = {}): Delivery {
  const address = { ton: 1, npi: 1, address: '15550001111' };
  return {
    source: address,
    destination: address,
    esmClass: 4,
    dataCoding: 0,
    content: Buffer.from(text, 'latin1'),
    sar: undefined,
    receiptedId: '',
    messageState: undefined,
    networkError: undefined,
    userReference: undefined,
    ...more,
  };
}

const read = (text: string, more: Partial<Delivery> = {}) => {
  const read = readReceipt(receipt(text, more));
  return read && { id: read.ids[0], state: read.state, error: read.error?.text };
};

describe('SMPP receipts', () => {
  it.each([
    'id:42 sub:001 dlvrd:001 submit date:2401011200 done date:2401011201 stat:DELIVRD err:000 text:Hi',
    'id:42 sub:001 dlvrd:001 submit date:240101120059 done date:240101120159 stat:DELIVRD err:000 Text:',
    'ID:42 STAT:delivrd',
    'stat:DELIVERED id:42',
    'text:hello there id:42 stat:DELIVRD err:0',
    'id: 42 stat: DELIVRD',
    'id:42,stat:DELIVRD;err:000',
  ])('F12 reads %s', (text) => {
    expect(read(text)).toEqual({ id: '42', state: 'delivered', error: undefined });
  });

  it('F12 does not believe what the quoted text says', () => {
    expect(read('id:42 stat:UNDELIV err:001 text:id:43 stat:DELIVRD')).toMatchObject({
      id: '42',
      state: 'failed',
    });
    expect(read('text:id:43 stat:DELIVRD id:42 stat:UNDELIV')).toMatchObject({ id: '42', state: 'failed' });
  });

  it('F12 prefers the parameters to the text', () => {
    expect(read('id:42 stat:ENROUTE', { receiptedId: '43', messageState: 2 })).toMatchObject({
      id: '43',
      state: 'delivered',
    });
  });

  it('F05 tells the error of the network, if there is one', () => {
    expect(read('id:42 stat:UNDELIV err:000')?.error?.args).toEqual({ error: 'none' });
    expect(read('id:42 stat:UNDELIV')?.error?.args).toEqual({ error: 'none' });
    expect(read('id:42 stat:UNDELIV err:0A1')?.error?.args).toEqual({ error: '0A1' });
    const networkError = Buffer.from([3, 0x01, 0x02]);
    expect(read('id:42 stat:UNDELIV err:009', { networkError })?.error?.args).toEqual({ error: '258' });
  });

  it('F12 takes nothing for an end that is none', () => {
    for (const stat of ['ENROUTE', 'ACCEPTD', 'SCHEDLD', 'BUFFERED'])
      expect(read(`id:42 stat:${stat}`)).toMatchObject({ state: 'on-its-way' });
    expect(read('id:42 stat:DELIVRD', { esmClass: 0x20 })).toMatchObject({ state: 'on-its-way' });
    expect(read('id:42 stat:NONSENSE')).toBeUndefined();
    expect(read('stat:DELIVRD')).toBeUndefined();
  });

  it('F12 reads a receipt in UCS-2', () => {
    const content = Buffer.from('id:42 stat:DELIVRD', 'utf16le').swap16();
    expect(read('', { content, dataCoding: 8 })).toMatchObject({ id: '42', state: 'delivered' });
  });

  it('tells receipts from texts by class or parameters, never by words', () => {
    const words = 'id:42 stat:DELIVRD';
    expect(kindOf(receipt(words))).toBe('receipt');
    expect(kindOf(receipt(words, { esmClass: 0 }))).toBe('text');
    expect(kindOf(receipt(words, { esmClass: 0x43 }))).toBe('text');
    expect(kindOf(receipt(words, { esmClass: 0, receiptedId: '42', messageState: 2 }))).toBe('receipt');
    expect(kindOf(receipt(words, { esmClass: 0x08 }))).toBe('other');
  });

  it('S17 reads anything without a fault', () => {
    const words = fc.constantFrom('id:', 'stat:', 'text:', 'err:', 'DELIVRD', ' ', 'é', '\0', 'id', ':');
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 40 }),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 0, max: 255 }),
        fc.uint8Array({ maxLength: 4 }),
        (parts, dataCoding, messageState, error) => {
          const more = { dataCoding, messageState, networkError: Buffer.from(error) };
          for (const id of readReceipt(receipt(parts.join(''), more))?.ids ?? []) expect(id).not.toBe('');
        },
      ),
    );
  });
});
