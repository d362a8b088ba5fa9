import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EmailAddressCodec } from '../../../gateways/email/address.js';
import { escapeLocal, unescapeLocal } from '../../../src/xmpp/jid-escaping.js';

const codec = new EmailAddressCodec();

describe('addresses of people and rooms', () => {
  it('E04 a mail address is a JID and back, escaped as XEP-0106 says', () => {
    const address = codec.parse("joe.o'hara+x@example.org");
    expect(address).toEqual({ kind: 'contact', id: "joe.o'hara+x@example.org" });
    expect(address && escapeLocal(codec.format(address))).toBe('joe.o\\27hara+x\\40example.org');
    expect(codec.parse(unescapeLocal('joe.o\\27hara+x\\40example.org'))).toEqual(address);
  });

  it('E04 case variants and internationalised domains are one address', () => {
    for (const text of ['Bob@Example.ORG', 'bob@example.org', 'BOB@EXAMPLE.org'])
      expect(codec.parse(text)).toEqual({ kind: 'contact', id: 'bob@example.org' });
    expect(codec.parse('info@bücher.example')).toEqual({ kind: 'contact', id: 'info@xn--bcher-kva.example' });
  });

  it('E04 user%domain is understood when typed, and is nobody’s address', () => {
    expect(codec.parse('bob%example.org')).toBeUndefined();
    expect(codec.parseInput('bob%example.org')).toEqual({ kind: 'contact', id: 'bob@example.org' });
  });

  it('E09 links and named addresses are understood, headers of links dropped', () => {
    for (const text of [
      'mailto:bob%40example.org?subject=hi&bcc=x@y.org',
      'Bob <bob@example.org>',
      ' bob@example.org ',
    ])
      expect(codec.parseInput(text), text).toEqual({ kind: 'contact', id: 'bob@example.org' });
    for (const text of ['', 'bob', '@example.org', 'a@b@c@', 'mailto:%zz', 'a b@example.org', 'bob@example'])
      expect(codec.parseInput(text), text).toBeUndefined();
  });

  it('rooms are lists and groups, told apart from people by their first character and the missing @', () => {
    expect(codec.parse('#dev.lists.example.org')).toEqual({ kind: 'room', id: '#dev.lists.example.org' });
    expect(codec.parse(`!${'a'.repeat(26)}`)?.kind).toBe('room');
    for (const local of ['bob', '!short', '#', '#a b', '']) expect(codec.parse(local), local).toBeUndefined();
  });

  it('what is parsed is formatted the same way, whatever is typed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.emailAddress()), (text) => {
        const address = codec.parse(text);
        if (address) expect(codec.parse(codec.format(address))).toEqual(address);
      }),
    );
  });
});
