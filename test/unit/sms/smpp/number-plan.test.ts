import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromSmppAddress, toSmppAddress } from '../../../../gateways/sms/carrier/smpp/number-plan.js';
import { type SmppOptions, smppOptions } from '../../../../gateways/sms/carrier/smpp/options.js';

const account = { host: 'smsc.example.test', systemId: 'a', password: 'b' };
const addressing = (more: object = {}): SmppOptions['addressing'] =>
  smppOptions.parse({ ...account, addressing: more }).addressing;

describe('type of number and numbering plan', () => {
  it.each([
    ['+15551234567', { ton: 1, npi: 1, address: '15551234567' }],
    ['12345', { ton: 3, npi: 0, address: '12345' }],
    ['5551234567', { ton: 0, npi: 0, address: '5551234567' }],
    ['Example', { ton: 5, npi: 0, address: 'Example' }],
  ])('of %s', (address, expected) => {
    expect(toSmppAddress(address, addressing(), 'source')).toEqual(expected);
  });

  it('is what the operator says', () => {
    const options = addressing({
      shortCode: { ton: 6, npi: 1 },
      destination: { ton: 2, npi: 8 },
      keepPlus: true,
    });
    expect(toSmppAddress('12345', options, 'source')).toEqual({ ton: 6, npi: 1, address: '12345' });
    expect(toSmppAddress('+15551234567', options, 'destination')).toEqual({
      ton: 2,
      npi: 8,
      address: '+15551234567',
    });
  });

  it('reads the number back', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+[1-9]\d{6,14}$/), (number) => {
        expect(fromSmppAddress(toSmppAddress(number, addressing(), 'source'))).toBe(number);
      }),
    );
  });

  it('F26 lets nothing through that is more than an address', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (address) => {
        try {
          expect(toSmppAddress(address, addressing(), 'destination').address).toMatch(/^[\x20-\x7e]{1,20}$/);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-address', outcome: 'not-sent' });
        }
      }),
    );
  });
});
