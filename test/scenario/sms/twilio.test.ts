import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import { escapeXml } from '../../client/xmpp-client.js';
import { LOOPBACK } from '../../servers/process.js';
import { sid, startTwilioApi } from '../../servers/twilio-api.js';
import { errorOf, numbers, receiptOf, registerSms, text, usersStage, webhooks } from './stage.js';

/** Users, the gateway, and a Twilio that calls it back. */
async function twilioStage(more: { readonly upload?: boolean } = {}) {
  const [{ config, hook }, api] = await Promise.all([webhooks(), startTwilioApi()]);
  const carrier = {
    kind: 'twilio',
    accountSid: api.accountSid,
    authToken: api.authToken,
    apiBase: api.base,
    mediaHosts: [LOOPBACK],
  };
  const stage = await usersStage({
    ...more,
    config: { ...config, media: { allowHosts: [new URL(hook('')).host] } },
    options: { carriers: { main: carrier }, numbers: [{ number: numbers.own, carrier: 'main' }] },
  });
  const alice = await stage.user('alice');
  await registerSms(alice, stage.domain);
  const message = (fields: Readonly<Record<string, string>> = {}) => ({
    MessageSid: sid('SM'),
    AccountSid: api.accountSid,
    From: numbers.carol,
    To: numbers.own,
    NumMedia: '0',
    Body: 'hi Alice',
    ...fields,
  });
  const status = (messageSid: string, state: string, code?: string) => ({
    MessageSid: messageSid,
    AccountSid: api.accountSid,
    MessageStatus: state,
    ...(code === undefined ? {} : { ErrorCode: code }),
  });
  return { ...stage, api, alice, hook, message, status, carol: stage.phone(numbers.carol) };
}

/** The texts that the API has taken, when there are as many. */
async function taken(api: Awaited<ReturnType<typeof startTwilioApi>>, count: number) {
  await expect.poll(() => api.messages.length, { timeout: 15_000 }).toBe(count);
  return api.messages;
}

/** Resolves with the address of a file that came as a message of its own (XEP-0066), and what is told of it. */
async function fileFrom(user: XmppClient, from: string) {
  const stanza = await user.waitFor(
    (candidate) => candidate.attrs.from === from && candidate.getChild('x', 'jabber:x:oob') !== undefined,
    'the file',
  );
  const url = stanza.getChild('x', 'jabber:x:oob')?.getChildText('url') ?? '';
  return { url, stanza };
}

describe('texts by Twilio', () => {
  it('F01 F06 F12 a user writes, sees the receipt, and reads the answer', async () => {
    const { api, alice, carol, hook, message, status } = await twilioStage();
    const id = await text(alice, carol, 'Привет, Carol 🙂');
    const [sent] = await taken(api, 1);
    expect(sent?.form).toEqual({
      From: numbers.own,
      To: numbers.carol,
      Body: 'Привет, Carol 🙂',
      StatusCallback: `${hook('main/status')}#rc=5&rp=all`,
    });
    for (const state of ['queued', 'sent', 'delivered'])
      expect((await api.call(hook('main/status'), status(sent?.sid ?? '', state))).status).toBe(200);
    await receiptOf(alice, carol, id);
    expect(await api.call(hook('main/message'), message())).toMatchObject({
      status: 200,
      contentType: expect.stringContaining('text/xml'),
    });
    const answer = await alice.waitFor({ name: 'message', from: carol, body: 'hi Alice' }, 'the answer');
    expect(answer.attrs.type).toBe('chat');
    expect(alice.count({ name: 'message', type: 'error' })).toBe(0);
  });

  it('F05 a failure that Twilio tells later is an error of the original message, in words', async () => {
    const { api, alice, carol, hook, status } = await twilioStage();
    const id = await text(alice, carol, 'to a landline');
    const [sent] = await taken(api, 1);
    await api.call(hook('main/status'), status(sent?.sid ?? '', 'undelivered', '30006'));
    expect(await errorOf(alice, carol, id)).toMatch(/recipient-unavailable.*takes no texts/s);
    api.mood = { status: 400, code: 21610, message: 'Attempt to send to unsubscribed recipient' };
    const refused = await text(alice, carol, 'and again');
    expect(await errorOf(alice, carol, refused)).toMatch(/writing START/);
  });

  it('S17 F08 right, wrong, missing and replayed signatures', async () => {
    const { api, alice, carol, gateway, hook, message, status } = await twilioStage();
    const url = hook('main/message');
    const right = message({ Body: 'right' });
    expect((await api.call(url, right)).status).toBe(200);
    const answers = await Promise.all([
      api.call(url, message({ Body: 'wrong' }), { token: 'another token' }),
      api.call(url, message({ Body: 'none' }), { unsigned: true }),
      api.call(url, message({ Body: 'more' }), { added: { Body2: 'x' } }),
      api.call(`${url}?a=b`, message({ Body: 'elsewhere', AccountSid: sid('AC') })),
      api.call(hook('main/status'), status(sid('SM'), 'delivered'), { unsigned: true }),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([403, 403, 403, 403, 403]);
    // Word for word what was taken before, as somebody who has listened would send it.
    expect((await api.call(url, right)).status).toBe(200);
    const id = await text(alice, carol, 'hello');
    const [sent] = await taken(api, 1);
    for (const state of ['delivered', 'delivered', 'failed'])
      expect((await api.call(hook('main/status'), status(sent?.sid ?? '', state))).status).toBe(200);
    await receiptOf(alice, carol, id);
    expect((await api.call(url, message({ Body: 'end' }))).status).toBe(200);
    await alice.waitFor({ name: 'message', from: carol, body: 'end' }, 'the end');
    const bodies = alice.received.map((stanza) => stanza.getChildText('body')).filter(Boolean);
    expect(bodies).toEqual(['right', 'end']);
    expect(alice.count({ name: 'message', child: ['received', 'urn:xmpp:receipts'] })).toBe(1);
    expect(alice.count({ name: 'message', type: 'error' })).toBe(0);
    expect(gateway.logs()).not.toContain(api.authToken);
  });

  it.each([
    ['his server', true],
    ['the gateway', false],
  ] as const)('G01 G02 G04 pictures go both ways as MMS, by links of %s', async (_, upload) => {
    const { api, alice, carol, hook, message } = await twilioStage({ upload });
    const picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: 'teal' } })
      .png()
      .toBuffer();
    const MediaUrl0 = api.addMedia(picture, 'image/png');
    const came = message({ Body: 'look', NumMedia: '1', MediaUrl0, MediaContentType0: 'image/png' });
    expect((await api.call(hook('main/message'), came)).status).toBe(200);
    await alice.waitFor({ name: 'message', from: carol, body: 'look' }, 'the words beside it');
    const { url, stanza } = await fileFrom(alice, carol);
    expect(stanza.getChildText('body')).toBe(url);
    const file = stanza.getChild('file-sharing', 'urn:xmpp:sfs:0')?.getChild('file');
    expect(file?.getChildText('media-type')).toBe('image/png');
    expect([file?.getChildText('width'), file?.getChildText('height')]).toEqual(['64', '48']);
    expect(file?.getChildText('size')).toBe(String(picture.length));
    const fetched = await fetch(url);
    expect(Buffer.from(await fetched.arrayBuffer()).equals(picture)).toBe(true);
    // The credentials of the account are for the API, not for where it keeps files.
    expect(api.fileRequests.at(-1)?.authorization).toBeUndefined();

    const shared = `<x xmlns='jabber:x:oob'><url>${escapeXml(url)}</url></x>`;
    await text(alice, carol, url, shared);
    const [sent] = await taken(api, 1);
    expect(sent?.form.Body ?? '').not.toContain(url);
    const link = String(sent?.form.MediaUrl);
    const byTwilio = await fetch(link);
    expect(byTwilio.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await byTwilio.arrayBuffer()).equals(picture)).toBe(true);
  });

  it('G03 a picture that cannot be had is told of in words, and the text is not lost', async () => {
    const { api, alice, carol, hook, message } = await twilioStage();
    const MediaUrl0 = api.addMedia(Buffer.from('x'), 'image/png', 'http://169.254.169.254/latest/meta-data');
    const came = message({ Body: 'look', NumMedia: '1', MediaUrl0, MediaContentType0: 'image/png' });
    expect((await api.call(hook('main/message'), came)).status).toBe(200);
    await alice.waitFor({ name: 'message', from: carol, body: 'look' }, 'the words beside it');
    const notice = await alice.waitFor({ name: 'message', from: carol, child: 'body' }, 'the notice');
    expect(notice.getChildText('body')).toMatch(/no longer with the SMS provider/);
    expect(notice.getChild('x', 'jabber:x:oob')).toBeUndefined();
  });
});
