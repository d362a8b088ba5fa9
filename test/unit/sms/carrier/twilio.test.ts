import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  listedMedia,
  messageSid,
  parseStatus,
  signedFields,
} from '../../../../gateways/sms/carrier/twilio/callback.js';
import { failureOf, refusalOf } from '../../../../gateways/sms/carrier/twilio/refusal.js';

const ACCOUNT = `AC${'0'.repeat(32)}`;
const SID = `SM${'a'.repeat(32)}`;

import { twilioSignature } from '../../../servers/twilio-api.js';

describe('what Twilio calls with', () => {
  it('takes no call by its own word: nothing unsigned gets through, whatever it says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), fc.webUrl(), async (signature, body, url) => {
        const request = {
          method: 'POST' as const,
          url,
          headers: { 'x-twilio-signature': signature },
          query: {},
          body: Buffer.from(`AccountSid=${ACCOUNT}&${body}`),
        };
        expect(await signedFields(request, ACCOUNT, 'token')).toBeUndefined();
        expect(await signedFields({ ...request, url: 'no address' }, ACCOUNT, 'token')).toBeUndefined();
        expect(await signedFields({ ...request, method: 'GET' }, ACCOUNT, 'token')).toBeUndefined();
      }),
    );
  });

  it('is signed by the stand-in of the tests as the documentation shows', () => {
    // The example of twilio.com/docs/usage/security.
    const fields = {
      CallSid: 'CA1234567890ABCDE',
      Caller: '+14158675309',
      Digits: '1234',
      From: '+14158675309',
      To: '+18005551212',
    };
    const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
    expect(twilioSignature('12345', url, fields)).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=');
  });

  it('lists as many pictures as there are, ten at most', () => {
    const fields = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`MediaUrl${index}`, `https://x.example/${index}`]),
    );
    expect(listedMedia({ ...fields, NumMedia: '2', MediaContentType1: 'image/png' })).toEqual([
      { url: 'https://x.example/0' },
      { url: 'https://x.example/1', mediaType: 'image/png' },
    ]);
    expect(listedMedia({ ...fields, NumMedia: '999999999' })).toHaveLength(10);
    for (const NumMedia of ['', '-1', 'x', 'NaN']) expect(listedMedia({ ...fields, NumMedia })).toEqual([]);
  });

  it('knows the end of a message by its status', () => {
    const status = (MessageStatus: string) => parseStatus({ MessageSid: SID, MessageStatus })?.outcome;
    expect(['delivered', 'read'].map(status)).toEqual(['delivered', 'delivered']);
    expect(['failed', 'undelivered', 'canceled'].map(status)).toEqual(['failed', 'failed', 'failed']);
    expect(['accepted', 'queued', 'sending', 'sent', 'x'].map(status)).toEqual(Array(5).fill(undefined));
    expect(messageSid({ MessageSid: 'SM../..' })).toBeUndefined();
  });
});

describe('what Twilio answers', () => {
  it('is an unknown outcome only where a server broke', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.string(), (status, message) => {
        const refusal = refusalOf(status, undefined, message);
        expect(refusal.outcome).toBe(status >= 500 ? 'unknown' : 'not-sent');
        expect(refusal.retryable).toBe(status === 429);
      }),
    );
  });

  it('quotes the message in one line, with the code', () => {
    const { text } = refusalOf(400, 29_999, `a\nb\u202e${'c'.repeat(500)}`);
    expect(text.args?.answer).toMatch(/^a b c{116} \(Twilio 29999\)$/);
    expect(failureOf(undefined).text.key).toBe('sms-carrier-undelivered');
  });
});
