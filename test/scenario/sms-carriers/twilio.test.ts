import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CarrierMessage } from '../../../gateways/sms/carrier/carrier.js';
import { twilioOptions } from '../../../gateways/sms/carrier/twilio/options.js';
import { TwilioCarrier } from '../../../gateways/sms/carrier/twilio/twilio-carrier.js';
import { sid, startTwilioApi, type TwilioApi } from '../../servers/twilio-api.js';
import { carrierEnvironment, type TestEnvironment } from '../../support/sms/carrier-environment.js';
import { RecordingListener } from '../../support/sms/recording-listener.js';
import { startWebhookHost, type WebhookHost } from '../../support/webhook-host.js';

const US = '+15550000001';
const THEM = '+15550000002';
const EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

describe('Twilio', () => {
  let host: WebhookHost;
  let api: TwilioApi;
  let listener: RecordingListener;
  let environment: TestEnvironment;
  let carrier: TwilioCarrier;

  const make = (more: object = {}) =>
    new TwilioCarrier(
      twilioOptions.parse({
        accountSid: api.accountSid,
        authToken: api.authToken,
        apiBase: api.base,
        mediaHosts: ['127.0.0.1'],
        reconnect: { initialMs: 50, maxMs: 200 },
        ...more,
      }),
      environment,
    );
  const text = (words: string, more: Partial<CarrierMessage> = {}): CarrierMessage => ({
    key: words,
    from: US,
    to: THEM,
    text: words,
    ...more,
  });
  const hook = (path: string) => `${host.webhooks.address(`twilio/${path}`)}`;
  const incoming = (more: object = {}) => ({
    MessageSid: sid('SM'),
    AccountSid: api.accountSid,
    From: THEM,
    To: US,
    Body: 'Grüße 😀 & = +',
    NumMedia: '0',
    ...more,
  });
  const stated = (state: string) =>
    listener.until(({ states }) => (states.at(-1)?.state === state ? true : undefined));

  beforeAll(async () => {
    host = await startWebhookHost();
    api = await startTwilioApi();
  });

  afterAll(async () => {
    await api?.stop();
    await host?.stop();
  });

  beforeEach(() => {
    api.mood = 'take';
    listener = new RecordingListener();
    environment = carrierEnvironment(host.webhooks, 'twilio');
    carrier = make();
    carrier.start(listener);
  });

  afterEach(async () => {
    await carrier.stop();
  });

  describe('out', () => {
    it('sends a text with the address for reports, and gives back the id of the message', async () => {
      const { ids } = await carrier.send(text('Hi & bye 😀\nsecond line'));
      const message = api.messages.at(-1);
      expect(ids).toEqual([message?.sid]);
      expect(message?.form).toEqual({
        From: US,
        To: THEM,
        Body: 'Hi & bye 😀\nsecond line',
        StatusCallback: `${hook('status')}#rc=5&rp=all`,
      });
    });

    it('sends pictures as links, by a messaging service where there is one', async () => {
      const messagingServiceSid = sid('MG');
      await carrier.stop();
      carrier = make({ messagingServiceSid });
      const attachment = (link?: string) => ({
        name: 'a.png',
        mediaType: 'image/png',
        size: 3,
        open: async () => Readable.from(['png']),
        ...(link === undefined ? {} : { link }),
      });
      const links = ['https://files.example.test/1', 'https://files.example.test/2'];
      await carrier.send(text('', { attachments: links.map((link) => attachment(link)) }));
      expect(api.messages.at(-1)?.form).toMatchObject({
        MediaUrl: links,
        MessagingServiceSid: messagingServiceSid,
      });
      expect(api.messages.at(-1)?.form).not.toHaveProperty('Body');
      await expect(carrier.send(text('x', { attachments: [attachment()] }))).rejects.toMatchObject({
        code: 'unsupported',
        outcome: 'not-sent',
      });
    });

    it.each([
      [400, 21211, 'bad-address', 'sms-carrier-bad-number'],
      [400, 21610, 'forbidden', 'sms-carrier-opted-out'],
      [400, 21408, 'forbidden', 'sms-carrier-region'],
      [400, 21614, 'recipient-unavailable', 'sms-carrier-no-mobile'],
      [400, 29999, 'rejected', 'sms-carrier-rejected'],
    ])('F05 says why it was refused: %i %i', async (status, code, errorCode, key) => {
      api.mood = { status, code, message: 'no\nway' };
      await expect(carrier.send(text('x'))).rejects.toMatchObject({
        code: errorCode,
        text: { key },
        outcome: 'not-sent',
        retryable: false,
      });
    });

    it('says that nothing was sent and it may be tried again when Twilio throttles', async () => {
      api.mood = { status: 429, code: 20429 };
      await expect(carrier.send(text('x'))).rejects.toMatchObject({ outcome: 'not-sent', retryable: true });
    });

    it.each([
      ['the connection is cut', 'cut'],
      ['the answer is garbage', 'garbage'],
      ['a server on the way fails', { status: 502 }],
    ] as const)('leaves it open whether it was sent when %s', async (_, mood) => {
      api.mood = mood;
      await expect(carrier.send(text('x'))).rejects.toMatchObject({ outcome: 'unknown', retryable: false });
    });

    it('says that nothing was sent when nobody is there', async () => {
      const away = make({ apiBase: 'http://127.0.0.1:9' });
      await expect(away.send(text('x'))).rejects.toMatchObject({ outcome: 'not-sent', retryable: true });
      await away.stop();
    });

    it('S18 S19 says that the account is refused; the token is in no log', async () => {
      await carrier.stop();
      const authToken = 'another-token-that-is-wrong';
      carrier = make({ authToken });
      carrier.start(listener);
      await stated('refused');
      const failure = await carrier.send(text('x')).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'bad-credentials', outcome: 'not-sent' });
      expect(JSON.stringify([failure, listener.states, environment.logged()])).not.toContain(authToken);
    });
  });

  describe('in', () => {
    it('hands a text over and answers with empty TwiML once it is kept', async () => {
      const order: string[] = [];
      const kept = new Promise<() => void>((reached) => {
        listener.hold = () => new Promise((resolve) => reached(resolve));
      });
      const fields = incoming();
      const answered = api.call(hook('message'), fields).finally(() => order.push('answered'));
      const keep = await kept;
      // A call that needs no keeping passes by: the first one is not waiting for its turn.
      await api.call(hook('message'), { AccountSid: api.accountSid });
      order.push('kept');
      keep();
      await answered;
      expect(order).toEqual(['kept', 'answered']);
      expect(await answered).toMatchObject({ status: 200, body: EMPTY_TWIML });
      expect((await answered).contentType).toMatch(/^text\/xml/);
      expect(listener.messages).toEqual([
        { id: fields.MessageSid, from: THEM, to: US, text: 'Grüße 😀 & = +' },
      ]);
    });

    it('tells the operator which address Twilio must have, and takes calls to it', async () => {
      await environment.untilLogged(/\/twilio\/message#rc=5&rp=all/);
      expect((await api.call(`${hook('message')}#rc=5&rp=all`, incoming())).status).toBe(200);
      expect(listener.messages).toHaveLength(1);
    });

    it('refuses what is not signed, signed by others, changed or for another account', async () => {
      const calls = [
        api.call(hook('message'), incoming(), { unsigned: true }),
        api.call(hook('message'), incoming(), { token: 'guessed' }),
        api.call(hook('message'), incoming(), { added: { Extra: 'x' } }),
        api.call(hook('message'), incoming({ AccountSid: sid('AC') })),
        api.call(hook('status'), { MessageSid: sid('SM'), MessageStatus: 'delivered' }, { token: 'guessed' }),
      ];
      for (const call of calls) expect((await call).status).toBe(403);
      const other = { ...incoming(), AccountSid: api.accountSid };
      const moved = await api.call(`${hook('message')}?moved=1`, other);
      expect(moved.status).toBe(200);
      expect([listener.messages.length, listener.reports.length]).toEqual([1, 0]);
    });

    it('F08 takes a message once, however often it is reported', async () => {
      const fields = incoming();
      const answers = await Promise.all([1, 2].map(() => api.call(hook('message'), fields)));
      answers.push(await api.call(hook('message'), fields));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(listener.messages.map(({ id }) => id)).toEqual([fields.MessageSid]);
    });

    it('answers with an error when it could not be kept, and takes it when Twilio calls again', async () => {
      const fields = incoming();
      listener.hold = () => Promise.reject(new Error('the disk is full'));
      expect((await api.call(hook('message'), fields)).status).toBe(500);
      listener.hold = async () => undefined;
      expect((await api.call(hook('message'), fields)).status).toBe(200);
      expect(listener.messages).toHaveLength(1);
    });

    it('drops a signed call that is no message', async () => {
      expect((await api.call(hook('message'), { AccountSid: api.accountSid })).status).toBe(200);
      expect(listener.messages).toEqual([]);
    });

    it('F12 F05 tells what became of a message, and nothing of what is only on the way', async () => {
      const { ids } = await carrier.send(text('x'));
      const [id = ''] = ids;
      const status = (MessageStatus: string, more: object = {}) =>
        api.call(hook('status'), { MessageSid: id, MessageStatus, AccountSid: api.accountSid, ...more });
      for (const one of ['queued', 'sending', 'sent', 'delivered', 'delivered']) {
        expect((await status(one)).status).toBe(200);
      }
      await status('undelivered', { ErrorCode: '30003' });
      await status('failed', { ErrorCode: '39999' });
      expect(listener.reports).toMatchObject([
        { id, outcome: 'delivered' },
        { id, outcome: 'delivered' },
        { id, outcome: 'failed', error: { text: { key: 'sms-carrier-phone-off' } } },
        { id, outcome: 'failed', error: { text: { args: { answer: '(Twilio 39999)' } } } },
      ]);
    });
  });

  describe('G01 received pictures', () => {
    const withPicture = (url: string, more: object = {}) =>
      incoming({ NumMedia: '1', MediaUrl0: url, MediaContentType0: 'image/png', Body: '', ...more });
    const receive = async (url: string) => {
      const fields = withPicture(url);
      expect((await api.call(hook('message'), fields)).status).toBe(200);
      const message = await listener.until(({ messages }) =>
        messages.find(({ id }) => id === fields.MessageSid),
      );
      const [attachment] = message.attachments ?? [];
      if (!attachment) throw new Error('no attachment');
      return attachment;
    };

    it('F08 keep nobody waiting: Twilio is answered before, and the message survives a restart', async () => {
      const started = new Promise<void>((reached) => {
        listener.hold = () => {
          reached();
          // As the core does when the gateway stops in the middle.
          return new Promise((_, reject) => setImmediate(reject, new Error('the gateway stops')));
        };
      });
      const fields = withPicture(api.addMedia(Buffer.from([1]), 'image/png'), { Body: 'look' });
      expect((await api.call(hook('message'), fields)).status).toBe(200);
      await started;
      await carrier.stop();
      expect(listener.messages).toEqual([]);
      listener.hold = undefined;
      carrier = make();
      carrier.start(listener);
      const message = await listener.until(({ messages }) => messages[0]);
      expect(message).toMatchObject({ id: fields.MessageSid, from: THEM, to: US, text: 'look' });
      expect(await buffer((await message.attachments?.[0]?.open()) ?? Readable.from([]))).toEqual(
        Buffer.from([1]),
      );
      // Reported once more, it is known.
      expect((await api.call(hook('message'), fields)).status).toBe(200);
      await receive(api.addMedia(Buffer.from([2]), 'image/png'));
      expect(listener.messages).toHaveLength(2);
    });

    it('are tried again by themselves when they could not be kept', async () => {
      let tries = 0;
      listener.hold = async () => {
        tries += 1;
        if (tries < 3) throw new Error('the disk is full');
      };
      await receive(api.addMedia(Buffer.from([1]), 'image/png'));
      expect([tries, listener.messages.length]).toEqual([3, 1]);
    });

    it('S17 of too many messages at once are left to Twilio to bring again', async () => {
      await carrier.stop();
      carrier = make({ mediaPending: 1 });
      carrier.start(listener);
      let keep: () => void = () => undefined;
      listener.hold = () =>
        new Promise((resolve) => {
          keep = resolve;
        });
      const url = api.addMedia(Buffer.from([1]), 'image/png');
      const [first, second] = [withPicture(url), withPicture(url)];
      expect((await api.call(hook('message'), first)).status).toBe(200);
      expect((await api.call(hook('message'), second)).status).toBe(500);
      listener.hold = undefined;
      keep();
      await listener.until(({ messages }) => messages[0]);
      await expect.poll(async () => (await api.call(hook('message'), second)).status).toBe(200);
      await listener.until(({ messages }) => messages[1]);
    });

    it('are fetched when they are read, without showing the credentials to where they lie', async () => {
      const picture = Buffer.from([1, 2, 3, 4]);
      const attachment = await receive(api.addMedia(picture, 'image/png'));
      expect(attachment.mediaType).toBe('image/png');
      const before = api.fileRequests.length;
      expect(await buffer(await attachment.open())).toEqual(picture);
      expect(api.fileRequests).toHaveLength(before + 1);
      expect(api.fileRequests.at(-1)).not.toHaveProperty('authorization');
    });

    it('are fetched from the API and from where it may redirect to only', async () => {
      const elsewhere = [
        'http://localhost:1/file',
        'http://169.254.169.254/latest/meta-data',
        'file:///etc/passwd',
        'ftp://127.0.0.1/x',
      ];
      for (const url of elsewhere) {
        const direct = await receive(url);
        await expect(direct.open()).rejects.toMatchObject({ code: 'not-found' });
        const redirected = await receive(api.addMedia(Buffer.alloc(1), 'image/png', url));
        await expect(redirected.open()).rejects.toMatchObject({ code: 'not-found' });
      }
      const loop = await receive(api.addMedia(Buffer.alloc(1), 'image/png', `${api.base}/nothing`));
      await expect(loop.open()).rejects.toMatchObject({ code: 'not-found' });
    });

    it('G05 are cut off at the limit', async () => {
      await carrier.stop();
      carrier = make({ mediaBytes: 1000 });
      carrier.start(listener);
      const attachment = await receive(api.addMedia(Buffer.alloc(1001), 'image/png'));
      const stream = await attachment.open();
      await expect(buffer(stream)).rejects.toMatchObject({ code: 'limit' });
    });
  });

  describe('F08 what no webhook has brought', () => {
    const all = () => listener.messages.map(({ text }) => text);
    /** The list is looked at for the first time, and again soon if wanted. */
    const begin = async (more: object = {}) => {
      await environment
        .store('cursor')
        .put({ key: 'inbound', value: { at: Date.now() - 3_600_000, since: 0 } });
      await carrier.stop();
      listener = new RecordingListener();
      carrier = make(more);
      carrier.start(listener);
    };
    const often = { catchUp: { everyMinutes: 0.001 } };

    it('is fetched at the start: each text once, in order, with its time', async () => {
      const now = Math.floor(Date.now() / 1000) * 1000;
      const texts = Array.from({ length: 120 }, (_, index) => `missed ${index}`);
      for (const [index, body] of texts.entries())
        api.list({ from: THEM, to: US, body, time: now - (200 - index) * 1000 });
      api.list({ from: US, to: US, body: 'our own', direction: 'outbound-api' });
      api.list({ from: THEM, to: '+15550000009', body: 'for another program' });
      api.list({ from: THEM, to: US, body: 'long ago', time: now - 7_200_000 });
      const known = incoming({ Body: 'by webhook' });
      await api.call(hook('message'), known);
      await begin();
      await listener.until(({ messages }) => messages[119]);
      expect(all()).toEqual(texts);
      expect(listener.messages[0]).toMatchObject({ from: THEM, to: US, time: now - 200_000 });
      // And the webhook of the last, late.
      const MessageSid = listener.messages[119]?.id ?? '';
      expect((await api.call(hook('message'), incoming({ MessageSid }))).status).toBe(200);
      await carrier.stop();
      carrier = make();
      carrier.start(listener);
      await stated('connected');
      api.list({ from: THEM, to: US, body: 'the end' });
      await begin();
      await listener.until(({ messages }) => messages[0]);
      expect(all()).toEqual(['the end']);
    });

    it('begins when the gateway does: what came before is of no concern', async () => {
      api.list({ from: THEM, to: US, body: 'before', time: Date.now() - 2000 });
      await carrier.stop();
      environment = carrierEnvironment(host.webhooks, 'twilio');
      carrier = make(often);
      carrier.start(listener);
      await expect
        .poll(async () => (await environment.store('cursor').get('inbound')) !== undefined)
        .toBe(true);
      api.list({ from: THEM, to: US, body: 'after', time: Date.now() + 60_000 });
      await listener.until(({ messages }) => messages.find(({ text }) => text === 'after'));
      expect(all()).not.toContain('before');
    });

    it('is fetched when the API was away, pictures too', async () => {
      api.down = 503;
      await begin(often);
      await stated('unreachable');
      const picture = Buffer.from([1, 2, 3]);
      const time = Date.now() + 120_000;
      const id = api.list({
        from: THEM,
        to: US,
        body: 'look',
        time,
        media: [api.addMedia(picture, 'image/png')],
      });
      api.down = undefined;
      const message = await listener.until(({ messages }) => messages.find((one) => one.id === id));
      const [attachment] = message.attachments ?? [];
      expect(attachment?.mediaType).toBe('image/png');
      expect(attachment && (await buffer(await attachment.open()))).toEqual(picture);
    });

    it('does not wait for a text that cannot be kept, and fetches that later', async () => {
      const time = Date.now() + 180_000;
      const poison = api.list({ from: THEM, to: US, body: 'poison', time });
      const next = api.list({ from: THEM, to: US, body: 'next', time: time + 1000 });
      await begin(often);
      let poisoned = true;
      const take = listener.message.bind(listener);
      listener.message = async (message) => {
        if (poisoned && message.id === poison) throw new Error('cannot be stored');
        await take(message);
      };
      await listener.until(({ messages }) => messages.find(({ id }) => id === next));
      poisoned = false;
      await listener.until(({ messages }) => messages.find(({ id }) => id === poison));
      expect(listener.messages.filter(({ id }) => id === next)).toHaveLength(1);
    });
  });
});
