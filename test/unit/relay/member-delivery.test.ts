import { describe, expect, it } from 'vitest';
import { MemberDelivery } from '../../../src/core/relay/list/member-delivery.js';
import type { ContactId } from '../../../src/gateway/ids.js';

describe('what one member of a list gets', () => {
  it('is not tried again and again without a pause while the store is in trouble', async () => {
    const contact = '+100' as ContactId;
    const member = { contact, name: 'Ann', state: 'in', cursor: 0 } as const;
    let tries = 0;
    const delivery = new MemberDelivery(
      contact,
      { perHour: 10, gatherMs: 0, retryFirstMs: 600_000, retryLastMs: 600_000 },
      {
        log: { last: 1, after: () => ({ lines: ['hello'], missed: 0 }) },
        members: {
          get: () => member,
          change: async () => {
            tries += 1;
            // Else the test itself would have no end.
            if (tries > 100) delivery.stop();
            throw new Error('the disk is full');
          },
        },
        repeatable: false,
        digest: (lines) => lines.join('\n'),
        send: async () => undefined,
        now: Date.now,
        moved: () => undefined,
        trouble: () => undefined,
      },
    );
    delivery.look();
    await expect.poll(() => tries).toBe(1);
    await delivery.stop();
    expect(tries).toBe(1);
  });
});
