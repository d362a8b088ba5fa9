import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { puppetNames } from '../../../../src/core/relay/network/puppet-names.js';

const nine = (wanted: string): string => wanted.replace(/[\s!@]/g, '').slice(0, 9);

describe('what somebody of another leg is called', () => {
  it('is his own name, then with the label of his leg, then with a number', () => {
    expect(puppetNames('ann', 'xmpp', (name) => name).slice(0, 3)).toEqual([
      'ann',
      'ann[xmpp]',
      'ann[xmpp]2',
    ]);
  });

  it('keeps the label where names are short', () => {
    expect(puppetNames('alexandra', 'xmpp', nine).slice(0, 3)).toEqual([
      'alexandra',
      'ale[xmpp]',
      'al[xmpp]2',
    ]);
  });

  it('has names for somebody of whose name nothing is left', () => {
    expect(puppetNames('@ !', 'xmpp', nine)[0]).toBe('[xmpp]');
  });

  it('has only names that the network takes, each once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[a-z]{1,12}$/), (nick, label) => {
        const names = puppetNames(nick, label, nine);
        expect(new Set(names).size).toBe(names.length);
        expect(names.length).toBeLessThanOrEqual(10);
        for (const name of names) expect(nine(name)).toBe(name);
      }),
    );
  });
});
