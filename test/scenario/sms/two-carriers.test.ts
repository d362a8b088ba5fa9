import { createServer } from 'node:http';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LOOPBACK } from '../../servers/process.js';
import { SmppCentre } from '../../servers/smpp-centre/centre.js';
import { startTwilioApi } from '../../servers/twilio-api.js';
import { command, noteOf } from '../../support/service-talk.js';
import {
  DOMAIN,
  numbers,
  receiptOf,
  registerSms,
  smppCarrier,
  smsStage,
  text,
  usersStage,
  webhooks,
} from './stage.js';

const SECOND = '+12125550102';

describe('two carriers', () => {
  it('F01 S12 each number goes out and comes in by its own, and equal ids of both do not meet', async () => {
    const other = await SmppCentre.listen();
    const stage = await smsStage({
      options: {
        numbers: [
          { number: numbers.own, carrier: 'main' },
          { number: SECOND, carrier: 'other' },
        ],
      },
      carriers: { other: smppCarrier(other) },
    });
    const [alice, bob] = await Promise.all([stage.user('alice'), stage.user('bob')]);
    await registerSms(alice, DOMAIN);
    await registerSms(bob, DOMAIN);
    const [bind, otherBind] = await Promise.all([stage.bind(), other.bind()]);
    const carol = stage.phone(numbers.carol);
    const [hers, his] = await Promise.all([text(alice, carol, 'by main'), text(bob, carol, 'by other')]);
    const [byMain, byOther] = await Promise.all([stage.centre.submit(), other.submit()]);
    expect([byMain.text, `+${byMain.from}`]).toEqual(['by main', numbers.own]);
    expect([byOther.text, `+${byOther.from}`]).toEqual(['by other', SECOND]);
    expect(byMain.id).toBe(byOther.id);
    await otherBind.receipt(byOther, {});
    await receiptOf(bob, carol, his);
    await alice.barrier(DOMAIN);
    expect(alice.count({ name: 'message', child: ['received', 'urn:xmpp:receipts'] })).toBe(0);
    await bind.receipt(byMain, {});
    await receiptOf(alice, carol, hers);
    await bind.text({ from: numbers.carol.slice(1), to: numbers.own.slice(1), text: 'for alice' });
    await otherBind.text({ from: numbers.carol.slice(1), to: SECOND.slice(1), text: 'for bob' });
    await alice.waitFor({ name: 'message', from: carol, body: 'for alice' }, 'her answer');
    await bob.waitFor({ name: 'message', from: carol, body: 'for bob' }, 'his answer');
    expect(alice.count({ name: 'message', body: 'for bob' })).toBe(0);
  });

  it('A04 what one carrier cannot send waits for it and does not go by the other', async () => {
    const other = await SmppCentre.listen();
    const stage = await smsStage({
      options: { numbers: [{ number: SECOND, carrier: 'other' }] },
      carriers: { other: smppCarrier(other) },
      config: { delivery: { retryFirstMs: 100, retryMaxMs: 500 } },
    });
    const alice = await stage.user('alice');
    await registerSms(alice, DOMAIN);
    const [, otherBind] = await Promise.all([stage.bind(), other.bind()]);
    other.refuseBinds(0x64);
    otherBind.drop();
    await otherBind.closed;
    await text(alice, stage.phone(numbers.carol), 'in a while');
    await expect
      .poll(() => command(alice, DOMAIN, 'isthmus:queue').then(noteOf), { timeout: 15_000 })
      .toContain(numbers.carol);
    other.refuseBinds(undefined);
    const sent = await other.submit();
    expect([sent.text, `+${sent.from}`]).toEqual(['in a while', SECOND]);
    expect(stage.centre.submits.all).toEqual([]);
  });

  it('G04 a picture goes as a link from a number whose carrier has no MMS', async () => {
    const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } })
      .png()
      .toBuffer();
    const host = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end(picture);
    });
    await new Promise<void>((resolve) => host.listen(0, LOOPBACK, resolve));
    onTestFinished(() => void host.close());
    const address = host.address();
    const url = `http://${LOOPBACK}:${typeof address === 'object' ? address?.port : 0}/teal.png`;
    const [{ config, hook }, api, centre] = await Promise.all([
      webhooks(),
      startTwilioApi(),
      SmppCentre.listen(),
    ]);
    const { accountSid, authToken, base: apiBase } = api;
    const stage = await usersStage({
      config: { ...config, media: { allowHosts: [new URL(url).host] } },
      options: {
        carriers: {
          texts: smppCarrier(centre),
          pictures: { kind: 'twilio', accountSid, authToken, apiBase },
        },
        numbers: [{ number: numbers.own, carrier: 'texts' }],
      },
    });
    const alice = await stage.user('alice');
    await registerSms(alice, DOMAIN);
    await centre.bind();
    await text(alice, stage.phone(numbers.carol), url, `<x xmlns='jabber:x:oob'><url>${url}</url></x>`);
    // Where the picture was is nothing that a telephone can reach: the gateway has it.
    const link = (await centre.submit()).text;
    expect(link.startsWith(hook('').replace(/hooks.*$/, 'media/'))).toBe(true);
    expect(Buffer.from(await (await fetch(link)).arrayBuffer()).equals(picture)).toBe(true);
    expect(api.messages).toEqual([]);
  });
});
