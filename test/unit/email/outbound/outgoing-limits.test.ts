import { describe, expect, it } from 'vitest';
import type { RawMail } from '../../../../gateways/email/mail/raw-mail.js';
import { LimitedSender } from '../../../../gateways/email/outbound/limited-sender.js';
import { outboundOptions } from '../../../../gateways/email/outbound/options.js';
import { OutgoingLimits } from '../../../../gateways/email/outbound/outgoing-limits.js';
import type { MailSender } from '../../../../gateways/email/outbound/sender.js';
import { GatewayError } from '../../../../src/gateway/error.js';
import type { AccountId } from '../../../../src/gateway/ids.js';
import { MemoryState } from '../../../support/gateway-environment.js';

const romeo = 1 as AccountId;
const mercutio = 2 as AccountId;
const HOUR = 3_600_000;
const options = outboundOptions.parse({
  mailsPerDay: 3,
  bytesPerDay: 10_000_000,
  recipientsPerMail: 4,
  newRecipientsPerHour: 5,
});
const to = (...recipients: string[]) => ({ recipients, bytes: 100 });
const refused = (key: string) => ({ code: 'limit', outcome: 'not-sent', text: { key } });

function limitsWith(state = new MemoryState()) {
  const clock = { now: Date.now() };
  return { clock, state, limits: new OutgoingLimits(options, state, () => clock.now) };
}

describe('how much mail a user may send', () => {
  it('is so many mails a day, over restarts, each user for himself', async () => {
    const { clock, state, limits } = limitsWith();
    for (let sent = 0; sent < 3; sent += 1) await limits.permit(romeo, to('a@b.example'));
    await expect(limits.permit(romeo, to('a@b.example'))).rejects.toMatchObject(refused('email-limit-mails'));
    const { limits: later, clock: laterClock } = limitsWith(state);
    await expect(later.permit(romeo, to('a@b.example'))).rejects.toMatchObject(refused('email-limit-mails'));
    await later.permit(mercutio, to('a@b.example'));
    laterClock.now = clock.now + 24 * HOUR;
    await later.permit(romeo, to('a@b.example'));
  });

  it('is so many bytes a day', async () => {
    const { limits } = limitsWith();
    await limits.permit(romeo, { recipients: ['a@b.example'], bytes: 6_000_000 });
    await expect(
      limits.permit(romeo, { recipients: ['a@b.example'], bytes: 4_000_001 }),
    ).rejects.toMatchObject({ text: { key: 'email-limit-bytes', args: { megabytes: 10 } } });
    await limits.permit(romeo, { recipients: ['a@b.example'], bytes: 4_000_000 });
  });

  it('is given back for what was certainly not sent', async () => {
    const { limits } = limitsWith();
    for (let sent = 0; sent < 5; sent += 1) {
      const permit = await limits.permit(romeo, { recipients: ['a@b.example'], bytes: 9_000_000 });
      await permit.giveBack();
    }
  });

  it('holds for mails at once', async () => {
    const { limits } = limitsWith();
    const all = await Promise.allSettled(
      Array.from({ length: 6 }, () => limits.permit(romeo, to('a@b.example'))),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('goes to so many people, and so many new ones in an hour; those who wrote are none', async () => {
    const { clock, limits } = limitsWith();
    const people = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => `p${from + index}@b.example`);
    await expect(limits.permit(romeo, to(...people(0, 5)))).rejects.toMatchObject(
      refused('email-limit-recipients'),
    );
    await limits.permit(romeo, to(...people(0, 4), 'p0@b.example'));
    await expect(limits.permit(romeo, to(...people(4, 2)))).rejects.toMatchObject(refused('email-limit-new'));
    await limits.know(romeo, 'p4@b.example');
    await limits.permit(romeo, to(...people(4, 2)));
    clock.now += HOUR + 1;
    await limits.permit(romeo, to(...people(10, 4)));
  });
});

describe('an account’s way out', () => {
  const mail = { size: 100 } as RawMail;
  const wishes = { id: 'x', success: false };
  const envelope = { from: 'me@b.example', to: ['a@b.example'] };

  it.each([
    [new GatewayError('rejected', { key: 'x' }), true],
    [new GatewayError('network-unreachable', { key: 'x' }, 'unknown'), false],
    [new Error('a fault'), false],
  ])('counts what may have been sent: %s', async (error, freed) => {
    const { limits } = limitsWith();
    const closed: string[] = [];
    const failing: MailSender = {
      send: () => Promise.reject(error),
      close: async () => void closed.push('x'),
    };
    const sender = new LimitedSender(romeo, limits, failing, false);
    for (let sent = 0; sent < 4; sent += 1)
      await expect(sender.send(envelope, mail, wishes)).rejects.toEqual(
        freed || sent < 3 ? error : expect.objectContaining({ code: 'limit' }),
      );
    await sender.close();
    expect(closed).toEqual([]);
    await new LimitedSender(romeo, limits, failing, true).close();
    expect(closed).toEqual(['x']);
  });
});
