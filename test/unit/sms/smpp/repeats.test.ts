import { describe, expect, it } from 'vitest';
import { LineStore } from '../../../../gateways/sms/carrier/line-store.js';
import { type Delivery, readDelivery } from '../../../../gateways/sms/carrier/smpp/delivery.js';
import type { LinkProgress } from '../../../../gateways/sms/carrier/smpp/link.js';
import { smppOptions } from '../../../../gateways/sms/carrier/smpp/options.js';
import { decodePdu, encodePdu } from '../../../../gateways/sms/carrier/smpp/pdu.js';
import { type Arrival, Repeats } from '../../../../gateways/sms/carrier/smpp/repeats.js';
import { MemoryState } from '../../../support/gateway-environment.js';

const options = (more: object = {}) =>
  smppOptions.parse({ host: 'smsc.example.test', systemId: 'me', password: 'pw', ...more });

function repeats(more: object = {}, store = new LineStore(new MemoryState(), 'parts', 'main')): Repeats {
  return new Repeats(store, options(more));
}

function living(): LinkProgress {
  return { alive: true, answered: 0 };
}

let sequence = 0;

/** The words as a deliver_sm of their own, just now. */
function arrived(link: LinkProgress, words = 'ok'): { delivery: Delivery; arrival: Arrival } {
  sequence += 1;
  const fields = { source_addr: '15550001111', destination_addr: '15552220000' };
  const pdu = decodePdu(
    encodePdu('deliver_sm', sequence, 0, { ...fields, short_message: Buffer.from(words) }),
  );
  if (pdu === undefined) throw new Error('no deliver_sm');
  return { delivery: readDelivery(pdu), arrival: { link, sequence, since: performance.now() } };
}

describe('F08 equal texts over SMPP', () => {
  it('are two when the second comes before the first is answered', async () => {
    const known = repeats();
    const link = living();
    const [one, two] = [arrived(link), arrived(link)];
    const first = await known.identify(one.delivery, one.arrival);
    expect(await known.identify(two.delivery, two.arrival)).not.toBe(first);
  });

  it('are one when the same delivery comes again under its sequence number', async () => {
    const known = repeats();
    const [one, again] = [arrived(living()), arrived(living())];
    const first = await known.identify(one.delivery, one.arrival);
    expect(await known.identify(again.delivery, one.arrival)).toBe(first);
  });

  it('are one when nothing was answered for so long that the centre may have stopped waiting', async () => {
    const known = repeats();
    const link = living();
    const [one, two] = [arrived(link), arrived(link)];
    const early = { ...one.arrival, since: one.arrival.since - options().timeouts.lateAnswerMs - 1 };
    const first = await known.identify(one.delivery, early);
    expect(await known.identify(two.delivery, two.arrival)).toBe(first);
  });

  it.each([
    ['unanswered', false],
    ['answered', true],
  ])('stay two when both come again after a break, %s as they were', async (_, answer) => {
    const known = repeats();
    const link = living();
    const before = [arrived(link), arrived(link)];
    const ids: string[] = [];
    for (const { delivery, arrival } of before) ids.push(await known.identify(delivery, arrival));
    if (answer) for (const { delivery, arrival } of before) known.answered(delivery, arrival, 0, true);
    link.alive = false;
    const next = living();
    const after: string[] = [];
    for (const { delivery, arrival } of [arrived(next), arrived(next), arrived(next)])
      after.push(await known.identify(delivery, arrival));
    expect(after.slice(0, 2)).toEqual(ids);
    expect(ids).not.toContain(after[2]);
  });

  it('stay two after a restart', async () => {
    const state = new MemoryState();
    const store = new LineStore(state, 'parts', 'main');
    const link = living();
    const ids: string[] = [];
    const before = repeats({}, store);
    for (const { delivery, arrival } of [arrived(link), arrived(link)])
      ids.push(await before.identify(delivery, arrival));
    const known = repeats({}, store);
    for (const entry of await store.list('', 100)) known.restore(entry);
    const next = living();
    const after: string[] = [];
    for (const { delivery, arrival } of [arrived(next), arrived(next)])
      after.push(await known.identify(delivery, arrival));
    expect(new Set(after)).toEqual(new Set(ids));
  });

  it('S17 are remembered up to a limit, the oldest forgotten first', async () => {
    const known = repeats({ limits: { rememberedMessages: 2 } });
    const link = living();
    const ids: string[] = [];
    for (const words of ['a', 'a', 'b']) {
      const { delivery, arrival } = arrived(link, words);
      ids.push(await known.identify(delivery, arrival));
    }
    link.alive = false;
    const next = living();
    const after: string[] = [];
    for (const words of ['b', 'a', 'a']) {
      const { delivery, arrival } = arrived(next, words);
      after.push(await known.identify(delivery, arrival));
    }
    expect(after.slice(0, 2)).toEqual([ids[2], ids[1]]);
    expect(ids).not.toContain(after[2]);
  });
});
