import { describe, expect, it } from 'vitest';
import { InboundLedger } from '../../../../gateways/sms/carrier/inbound-ledger.js';
import { KannelCarrier } from '../../../../gateways/sms/carrier/kannel/kannel-carrier.js';
import { kannelOptions } from '../../../../gateways/sms/carrier/kannel/options.js';
import { LineStore } from '../../../../gateways/sms/carrier/line-store.js';
import { DirectWebhooks, MemoryState } from '../../../support/gateway-environment.js';
import { carrierEnvironment } from '../../../support/sms/carrier-environment.js';
import { RecordingListener } from '../../../support/sms/recording-listener.js';

const DAY_MS = 86_400_000;

describe('F08 texts by their ids', () => {
  it('are taken once, over restarts and two at once, and again only when they could not be kept', async () => {
    const state = new MemoryState();
    const taken: string[] = [];
    let full = true;
    const take = (id: string) => async () => {
      if (full) throw new Error('the disk is full');
      taken.push(id);
    };
    const ledger = () => new InboundLedger(new LineStore(state, 'seen', 'main'), DAY_MS);
    const first = ledger();
    await expect(first.take('a', take('a'))).rejects.toThrow('full');
    full = false;
    await Promise.all([first.take('a', take('a')), first.take('a', take('a')), first.take('b', take('b'))]);
    await ledger().take('a', take('a'));
    expect(taken).toEqual(['a', 'b']);
    // Another carrier's ids are its own.
    await new InboundLedger(new LineStore(state, 'seen', 'other'), DAY_MS).take('a', take('a'));
    expect(taken).toEqual(['a', 'b', 'a']);
  });

  it('S17 a call of Kannel that somebody makes again brings nothing, now or when its id is forgotten', async () => {
    const webhooks = new DirectWebhooks();
    const secret = 'a-secret-of-the-operator';
    const sendUrl = 'http://127.0.0.1:9/';
    const options = kannelOptions.parse({ sendUrl, username: 'me', password: 'pw', secret });
    const carrier = new KannelCarrier(options, carrierEnvironment(webhooks, 'main'));
    const listener = new RecordingListener();
    carrier.start(listener);
    const call = async (id: string, age: number) => {
      const time = Math.floor((Date.now() - age) / 1000);
      const url = `/main/message?secret=${secret}&id=${id}&from=%2B15550000001&to=%2B15550000002&text=x&time=${time}`;
      const handler = webhooks.handlers.get('main/message');
      return handler?.({ method: 'GET', url, headers: {}, query: {}, body: Buffer.alloc(0) });
    };
    const [one, two] = ['11111111-2222-3333-4444-555555555555', '11111111-2222-3333-4444-666666666666'];
    for (const _ of [1, 2]) expect(await call(one, 0)).toMatchObject({ status: 200 });
    expect(await call(two, 2 * DAY_MS)).toMatchObject({ status: 200 });
    expect(listener.messages.map(({ id }) => id)).toEqual([one]);
    await carrier.stop();
  });
});
