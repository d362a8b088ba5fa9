import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KannelCarrier } from '../../../gateways/sms/carrier/kannel/kannel-carrier.js';
import { kannelOptions } from '../../../gateways/sms/carrier/kannel/options.js';
import { type Kannel, startKannel } from '../../servers/kannel.js';
import { LOOPBACK } from '../../servers/process.js';
import { carrierEnvironment, type TestEnvironment } from '../../support/sms/carrier-environment.js';
import { RecordingListener } from '../../support/sms/recording-listener.js';
import { startWebhookHost, type WebhookHost } from '../../support/webhook-host.js';

const SECRET = 'a-long-shared_secret';
const US = '+15550000001';
const THEM = '+15550000002';
const GET_URL = 'from=%p&to=%P&id=%I&text=%b&charset=%C&time=%T';

describe('Kannel', () => {
  let host: WebhookHost;
  let kannel: Kannel;
  let listener: RecordingListener;
  let environment: TestEnvironment;
  let carrier: KannelCarrier;
  let keys = 0;

  const options = (more: object = {}) =>
    kannelOptions.parse({
      sendUrl: kannel.sendUrl,
      username: kannel.username,
      password: kannel.password,
      secret: SECRET,
      smscId: 'CENTRE',
      reconnect: { initialMs: 50, maxMs: 200 },
      ...more,
    });
  const make = (more: object = {}) => new KannelCarrier(options(more), environment);
  const text = (words: string, more: object = {}) => {
    keys += 1;
    return { key: `message-${keys}`, from: US, to: THEM, text: words, ...more };
  };
  const connected = () =>
    listener.until(({ states }) => (states.at(-1)?.state === 'connected' ? true : undefined));

  beforeAll(async () => {
    host = await startWebhookHost();
    const base = host.webhooks.address('kannel/message');
    kannel = await startKannel({ messageUrl: `${base}?secret=${SECRET}&${GET_URL}` });
  });

  afterAll(async () => {
    await kannel?.stop();
    await host?.stop();
  });

  beforeEach(() => {
    listener = new RecordingListener();
    environment = carrierEnvironment(host.webhooks, 'kannel');
    carrier = make();
    carrier.start(listener);
  });

  afterEach(async () => {
    await carrier.stop();
  });

  it('sends whole texts: GSM letters as they are, emoji as UCS-2, long ones as joined parts', async () => {
    const before = kannel.centre.length;
    await carrier.send(text('Hi [you] €5'));
    await carrier.send(text('Привет 😀 👩‍👩‍👧'));
    const long = `${'0123456789'.repeat(17)}.`;
    await carrier.send(text(long));
    const arrived = (await kannel.arrived(before + 4)).slice(before);
    expect(arrived[0]).toMatchObject({ from: US, to: THEM, text: 'Hi [you] €5', coding: '0', header: '' });
    expect(arrived[1]).toMatchObject({ text: 'Привет 😀 👩‍👩‍👧', coding: '2', header: '' });
    // Kannel may send the parts in any order: their headers number them (3GPP TS 23.040 §9.2.3.24.1).
    const parts = arrived.slice(2).sort((one, other) => one.header.localeCompare(other.header));
    expect(parts.map((part) => part.text).join('')).toBe(long);
    expect(parts.map((part) => part.header.slice(0, 6))).toEqual(['050003', '050003']);
    expect(parts.map((part) => part.header.slice(-4))).toEqual(['0201', '0202']);
  });

  it('F12 tells what was delivered, by the id it gave when the text was accepted', async () => {
    const before = kannel.centre.length;
    const { ids } = await carrier.send(text('with a receipt'));
    const arrived = await kannel.arrived(before + 1);
    await arrived[before]?.report('delivered');
    const report = await listener.until(({ reports }) => reports[0]);
    expect(report).toEqual({ id: ids[0], outcome: 'delivered' });
    expect(listener.reports).toHaveLength(1);
  });

  it('F05 tells what failed, with the reason of the centre in words', async () => {
    const reasons = [
      [
        'id:1 sub:001 dlvrd:000 submit date:2601010000 done date:2601010001 stat:EXPIRED err:001 text:x',
        'sms-carrier-expired',
      ],
      ['NACK/0x0000000b/Invalid Destination Address', 'sms-carrier-failed'],
    ] as const;
    for (const [said, key] of reasons) {
      const before = [kannel.centre.length, listener.reports.length] as const;
      const { ids } = await carrier.send(text('will fail'));
      const arrived = await kannel.arrived(before[0] + 1);
      await arrived[before[0]]?.report('failed', said);
      const report = await listener.until(({ reports }) => reports[before[1]]);
      expect(report).toMatchObject({ id: ids[0], outcome: 'failed', error: { text: { key } } });
    }
    expect(listener.reports[1]?.error?.text.args).toEqual({ answer: 'Invalid Destination Address' });
  });

  it('takes what its own fake centre brings and shows, with every letter', async () => {
    await carrier.stop();
    carrier = make({ smscId: 'FAKE' });
    carrier.start(listener);
    await kannel.phoneSends(THEM, US, '%00%01%02', 'data');
    await environment.untilLogged(/dropped/);
    await kannel.phoneSends(THEM, US, 'Grüße  aus 😀');
    const message = await listener.until(({ messages }) => messages[0]);
    expect(message).toMatchObject({ from: THEM, to: US, text: 'Grüße  aus 😀' });
    // The binary one before it was dropped, and not asked about again.
    expect(listener.messages).toHaveLength(1);
    expect(message.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(Math.abs((message.time ?? 0) - Date.now())).toBeLessThan(60_000);
    const { ids } = await carrier.send(text('back to the phone'));
    await kannel.phoneShows(/Got message \d+: <\+15550000001 \+15550000002 text back to the phone>/);
    expect(await listener.until(({ reports }) => reports[0])).toEqual({ id: ids[0], outcome: 'delivered' });
  });

  it('is asked again by Kannel for a text that could not be kept, and answers nothing that would be sent back', async () => {
    let refusals = 0;
    listener.hold = async () => {
      refusals += 1;
      if (refusals === 1) throw new Error('the disk is full');
    };
    const before = kannel.centre.length;
    await kannel.phoneSends(THEM, US, 'twice asked');
    const message = await listener.until(({ messages }) => messages[0]);
    expect([message.text, refusals]).toEqual(['twice asked', 2]);
    expect(kannel.centre).toHaveLength(before);
  });

  it('is asked again by Kannel for a text that came while the gateway starts', async () => {
    await carrier.stop();
    host.starting();
    await kannel.phoneSends(THEM, US, 'early');
    await expect.poll(() => kannel.logs(), { timeout: 15_000 }).toMatch(/Status line: <HTTP\/1\.1 503/);
    carrier = make();
    carrier.start(listener);
    expect(await listener.until(({ messages }) => messages[0])).toMatchObject({ text: 'early' });
  });

  it('S18 says that the account is refused, and does not ask again by itself', async () => {
    await carrier.stop();
    carrier = make({ password: 'wrong' });
    listener = new RecordingListener();
    carrier.start(listener);
    await listener.until(({ states }) => (states.at(-1)?.state === 'refused' ? true : undefined));
    await expect(carrier.send(text('x'))).rejects.toMatchObject({
      code: 'bad-credentials',
      outcome: 'not-sent',
    });
    expect(environment.logged()).not.toContain('wrong');
  });

  it('refuses what Kannel would cut off or take for several numbers', async () => {
    await connected();
    const before = kannel.centre.length;
    await expect(carrier.send(text('x'.repeat(1531)))).rejects.toMatchObject({ code: 'too-long' });
    for (const number of ['+1555 +1666', '', 'abc', '+1\r\nX-Kannel-To: 5']) {
      await expect(carrier.send(text('x', { to: number }))).rejects.toMatchObject({ code: 'bad-address' });
    }
    expect(kannel.centre).toHaveLength(before);
  });

  it('says that nothing was sent while Kannel is away, and comes back by itself', async () => {
    await connected();
    await kannel.killSmsbox();
    await expect(carrier.send(text('lost?'))).rejects.toMatchObject({
      code: 'network-unreachable',
      outcome: 'not-sent',
      retryable: true,
    });
    expect(listener.states.at(-1)?.state).toBe('unreachable');
    await kannel.startSmsbox();
    await connected();
    await expect(carrier.send(text('here again'))).resolves.toHaveProperty('ids');
  });

  describe('forged and broken calls', () => {
    const call = (path: string, query: string) =>
      fetch(`${host.webhooks.address(`kannel/${path}`)}?${query}`).then((answer) => answer.status);

    it('refuses a message without the secret and a report without the token of that message', async () => {
      const message = 'from=1&to=2&id=a7a0c776-b80a-4fbc-812d-b257d0e3af07&text=x';
      expect(await call('message', message)).toBe(403);
      expect(await call('message', `${message}&secret=a-long-shared_secreT`)).toBe(403);
      const { ids } = await carrier.send(text('x'));
      expect(await call('report', `id=${ids[0]}&state=1`)).toBe(403);
      expect(await call('report', `id=${ids[0]}&state=1&token=${SECRET}`)).toBe(403);
      expect([listener.messages, listener.reports]).toEqual([[], []]);
    });

    it('F08 takes a repeated delivery once, and drops what is no text', async () => {
      const message = `secret=${SECRET}&from=%2B1&to=2&id=a7a0c776-b80a-4fbc-812d-b257d0e3af07&text=x&charset=UTF-8`;
      expect(await call('message', message)).toBe(200);
      expect(await call('message', message)).toBe(200);
      expect(listener.messages).toHaveLength(1);
      expect(await call('message', `secret=${SECRET}`)).toBe(200);
      const another = message.replace('af07', 'af08').replace('UTF-8', '8-BIT');
      expect(await call('message', another)).toBe(200);
      expect(listener.messages).toHaveLength(1);
    });
  });

  describe('a peer that is no Kannel', () => {
    let server: Server;
    let url: string;
    let answer: 'garbage' | 'cut' | 'forward';

    beforeAll(async () => {
      server = createServer((_request, response) => {
        if (answer === 'cut') response.socket?.destroy();
        else if (answer === 'forward') response.writeHead(302, { location: kannel.sendUrl }).end();
        else response.writeHead(202).end('<html>hello</html>');
      });
      await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
      const address = server.address();
      url = `http://${LOOPBACK}:${typeof address === 'object' ? address?.port : 0}/`;
    });

    afterAll(() => server.close());

    it.each([
      ['cut', 'unknown'],
      ['garbage', 'unknown'],
      ['forward', 'not-sent'],
    ] as const)('an answer that is %s leaves the outcome %s', async (kind, outcome) => {
      answer = kind;
      const other = make({ sendUrl: url });
      await expect(other.send(text('x'))).rejects.toMatchObject({ code: 'network-unreachable', outcome });
      await other.stop();
    });
  });
});
