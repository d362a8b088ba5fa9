import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mailAddress } from '../../../../gateways/email/mail/mail-address.js';
import { BounceAddresses } from '../../../../gateways/email/server/bounce-address.js';
import type { AccountId } from '../../../../src/gateway/ids.js';
import { MemoryState } from '../../../support/gateway-environment.js';

const DOMAIN = 'mail.example.test';
const DAY_MS = 86_400_000;

describe('return paths that find their mail again', () => {
  const state = new MemoryState();
  let now = Date.UTC(2026, 10, 21);
  const addresses = new BounceAddresses(DOMAIN, 30, state, () => now);
  const sent = fc.record({
    messageId: fc.uuid({ version: [4, 7] }).map((key) => `${key}@${DOMAIN}`),
    account: fc.integer({ min: 1, max: 2 ** 32 - 1 }).map((id) => id as AccountId),
  });

  it('F05 lead back to the mail and its account, in whatever case, after a restart too', async () => {
    await fc.assert(
      fc.asyncProperty(sent, async (mail) => {
        const address = (await addresses.addressFor(mail)) ?? '';
        expect(mailAddress(address.toUpperCase())).toBe(address);
        expect(await addresses.mailOf(address)).toEqual(mail);
        expect(await new BounceAddresses(DOMAIN, 30, state, () => now).mailOf(address)).toEqual(mail);
      }),
    );
  });

  it('F28 are refused where a single letter is another one', async () => {
    const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567');
    await fc.assert(
      fc.asyncProperty(sent, fc.nat({ max: 47 }), letter, async (mail, at, other) => {
        const address = (await addresses.addressFor(mail)) ?? '';
        const index = 'bounce+'.length + at;
        fc.pre(address[index] !== other);
        const forged = `${address.slice(0, index)}${other}${address.slice(index + 1)}`;
        expect(await addresses.mailOf(forged)).toBeUndefined();
      }),
    );
  });

  it('are refused from another domain, and made of nothing', async () => {
    const other = new BounceAddresses('other.example.test', 30, state, () => now);
    const mail = {
      messageId: `019aa6c0-0000-7000-8000-000000000001@other.example.test`,
      account: 1 as AccountId,
    };
    const address = (await other.addressFor(mail)) ?? '';
    expect(await addresses.mailOf(address)).toBeUndefined();
    expect(await addresses.mailOf(address.replace('other.', 'mail.'))).toBeUndefined();
    await fc.assert(
      fc.asyncProperty(fc.string(), async (token) => {
        expect(await addresses.mailOf(`bounce+${token}@${DOMAIN}`)).toBeUndefined();
      }),
    );
  });

  it('end after their days', async () => {
    const mail = { messageId: `019aa6c0-0000-7000-8000-000000000001@${DOMAIN}`, account: 7 as AccountId };
    const address = (await addresses.addressFor(mail)) ?? '';
    now += 30 * DAY_MS;
    expect(await addresses.mailOf(address)).toEqual(mail);
    now += DAY_MS;
    expect(await addresses.mailOf(address)).toBeUndefined();
    now -= 32 * DAY_MS;
    expect(await addresses.mailOf(address)).toEqual(mail);
    now -= DAY_MS;
    expect(await addresses.mailOf(address)).toBeUndefined();
  });

  it('are not made for mails of another making', async () => {
    const account = 1 as AccountId;
    expect(await addresses.addressFor({ messageId: `x@${DOMAIN}`, account })).toBeUndefined();
    const elsewhere = '019aa6c0-0000-7000-8000-000000000001@elsewhere.example.test';
    expect(await addresses.addressFor({ messageId: elsewhere, account })).toBeUndefined();
  });
});
