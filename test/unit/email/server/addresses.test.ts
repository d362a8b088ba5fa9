import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { AddressBook } from '../../../../gateways/email/server/addresses.js';
import type { AccountId } from '../../../../src/gateway/ids.js';
import { testDomain } from '../../../support/email/domain-options.js';
import { MemoryState } from '../../../support/gateway-environment.js';

const alice = { id: 1 as AccountId, userAddress: 'alice@example.org' };
const bob = { id: 2 as AccountId, userAddress: 'bob@example.org' };
const NAME = 'sam@mail.example.test';

describe('addresses of the gateway’s domain', () => {
  let state: MemoryState;
  let book: AddressBook;
  const bookOf = (options = {}) => new AddressBook(testDomain(options), state, () => Date.now());

  beforeEach(() => {
    state = new MemoryState();
    book = bookOf();
  });

  it('gives an address to one of two who want it at once, also over restarts', async () => {
    expect(await book.ownerOf(NAME)).toBeUndefined();
    const other = bookOf();
    const won = await Promise.all([book.claim(NAME, alice), other.claim(NAME, bob)]);
    expect(won.filter(Boolean)).toHaveLength(1);
    const owner = won[0] ? alice : bob;
    expect(await book.ownerOf(NAME)).toBe(owner.id);
    expect(await bookOf().ownerOf(NAME)).toBe(owner.id);
    expect(await bookOf().claim(NAME, owner)).toBe(true);
    expect(await book.isFree(NAME, 'carol@example.org')).toBe(false);
  });

  it('knows an address at once that was asked for in vain before', async () => {
    const early = book.ownerOf(NAME);
    await book.claim(NAME, alice);
    await early;
    expect(await book.ownerOf(NAME)).toBe(alice.id);
  });

  it('takes name+detail for the name, unless somebody is called so', async () => {
    await book.claim(NAME, alice);
    expect(await book.ownerOf('sam+shop@mail.example.test')).toBe(alice.id);
    expect(await book.ownerOf('+sam@mail.example.test')).toBeUndefined();
    expect(await book.ownerOf('sam@elsewhere.example.test')).toBeUndefined();
    await book.claim('sam+shop@mail.example.test', bob);
    expect(await book.ownerOf('sam+shop@mail.example.test')).toBe(bob.id);
  });

  it('lets an address that was given back or changed rest before somebody else gets it', async () => {
    await book.claim(NAME, alice);
    expect(await book.claim('kim@mail.example.test', alice)).toBe(true);
    expect(await book.addressOf(alice.id)).toBe('kim@mail.example.test');
    expect(await book.claim(NAME, bob)).toBe(false);
    await book.release(alice);
    expect(await book.ownerOf('kim@mail.example.test')).toBeUndefined();
    expect(await book.addressOf(alice.id)).toBeUndefined();
    expect(await book.isFree('kim@mail.example.test', bob.userAddress)).toBe(false);
    expect(await book.claim('kim@mail.example.test', bob)).toBe(false);
  });

  it.each([
    ['when he comes back', 9],
    ['where his removal has failed', 1],
  ])('lets whose address it was have it again %s', async (_, id) => {
    await book.claim(NAME, alice);
    await book.release(alice);
    const again = { ...alice, id: id as AccountId };
    expect(await bookOf().claim(NAME, bob)).toBe(false);
    expect(await bookOf().isFree(NAME, bob.userAddress)).toBe(false);
    expect(await bookOf().isFree(NAME, alice.userAddress)).toBe(true);
    expect(await bookOf().claim(NAME, again)).toBe(true);
    expect(await bookOf().ownerOf(NAME)).toBe(id);
    expect(await bookOf().claim(NAME, bob)).toBe(false);
  });

  it('lets who has an address by right have it after its rest, from another registration too', async () => {
    await book.claim(NAME, alice);
    expect(await book.claim(NAME, bob, true)).toBe(false);
    await book.release(alice);
    expect(await book.claim(NAME, bob, true)).toBe(true);
    expect(await book.ownerOf(NAME)).toBe(bob.id);
  });

  it.each([
    ['Sam', NAME],
    [' sam@MAIL.example.test ', NAME],
    ['sam.o-neill_2', 'sam.o-neill_2@mail.example.test'],
    ['postmaster', undefined],
    ['Admin', undefined],
    ['bounce', undefined],
    ['boss', undefined],
    ['sam+shop', undefined],
    ['sam..x', undefined],
    ['.sam', undefined],
    ['s', undefined],
    ['sam@elsewhere.example.test', undefined],
    ['sаm', undefined],
    ['sam\r\nRCPT', undefined],
  ])('a user who would like %j gets %s', (wish, address) => {
    expect(bookOf({ reserved: ['boss'] }).chosen(wish)).toBe(address);
  });

  it('gives no chosen address that would mean somebody else or nobody', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abz09._-+@ \n%"') }), (wish) => {
        const address = book.chosen(wish);
        if (address !== undefined)
          expect(address).toMatch(/^[a-z0-9][a-z0-9._-]*[a-z0-9]@mail\.example\.test$/);
      }),
    );
  });

  it('knows users by their XMPP address where the operator wants that', () => {
    expect(book.byJid('sam@mail.example.test')).toBeUndefined();
    const byName = bookOf({ addresses: 'jid' });
    expect(byName.byJid('sam@mail.example.test')).toBe(NAME);
    expect(byName.byJid('sam@evil.example.test')).toBeUndefined();
    expect(byName.byJid('postmaster@mail.example.test')).toBeUndefined();
    expect(byName.byJid('mail.example.test')).toBeUndefined();
    const hosts = bookOf({ addresses: 'jid', jidHosts: ['chat.example.test'] });
    expect(hosts.byJid('sam@chat.example.test')).toBe(NAME);
    expect(hosts.byJid('sam@mail.example.test')).toBeUndefined();
  });
});
