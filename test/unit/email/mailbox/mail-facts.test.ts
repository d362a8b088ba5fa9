import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMessageId, mailFacts, messageIdOf } from '../../../../gateways/email/mailbox/mail-facts.js';

const RECEIVED = new Date('2026-06-01T10:00:00Z');
const answer = (headers: string, more: object = {}) => ({
  seq: 1,
  uid: 7,
  size: 1_000,
  flags: new Set<string>(),
  internalDate: RECEIVED,
  headers: Buffer.from(headers),
  ...more,
});
const HEADERS =
  'Message-ID:\r\n <1@example.test>\r\nDate: Mon, 1 Jun 2026 09:59:58 +0000 (UTC)\r\nFrom: a@example.test\r\nReturn-Path: <a@example.test>\r\n\r\n';

describe('what is known of a mail before it is fetched', () => {
  it('is its ids, its times and its flags', () => {
    const flags = new Set(['\\Seen', '$Junk']);
    expect(mailFacts(answer(HEADERS, { flags, labels: new Set(['x']) }))).toMatchObject({
      uid: 7,
      size: 1_000,
      messageId: '1@example.test',
      returnPath: 'a@example.test',
      receivedAt: RECEIVED.getTime(),
      date: Date.parse('2026-06-01T09:59:58Z'),
      seen: true,
      spam: true,
      draft: false,
      labels: ['x'],
    });
  });

  it('is the same fingerprint however its fields are folded, and another one for another arrival', () => {
    const one = mailFacts(answer(HEADERS));
    const folded = HEADERS.replace('Date: ', 'Date:\r\n\t').replace('From: a', 'FROM:  a');
    expect(mailFacts(answer(folded, { uid: 99 }))?.fingerprint).toBe(one?.fingerprint);
    const later = { internalDate: new Date(RECEIVED.getTime() + 1_000) };
    expect(mailFacts(answer(HEADERS, later))?.fingerprint).not.toBe(one?.fingerprint);
    expect(mailFacts(answer(HEADERS.replace('From: a', 'From: b')))?.fingerprint).not.toBe(one?.fingerprint);
  });

  it('is no spam when the user says so, and a draft by flag or label', () => {
    expect(mailFacts(answer('', { flags: new Set(['$Junk', '$NotJunk']) }))?.spam).toBe(false);
    expect(mailFacts(answer('', { flags: new Set(['\\Draft']) }))?.draft).toBe(true);
    expect(mailFacts(answer('', { labels: new Set(['\\Draft']) }))?.draft).toBe(true);
  });

  it('is nothing in news of flags', () => {
    expect(mailFacts({ seq: 1, uid: 7, flags: new Set() })).toBeUndefined();
    expect(messageIdOf({ seq: 1, uid: 7 })).toBeUndefined();
  });

  it('is had of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, date) => {
        const facts = mailFacts(answer('', { headers: Buffer.from(bytes), internalDate: date }));
        expect(facts?.uid).toBe(7);
        if (facts?.messageId !== undefined) expect(isMessageId(facts.messageId)).toBe(true);
      }),
    );
  });

  it.each(['a b', 'a\r\nb', '', 'a>b', '<a', 'ä@b', 'x'.repeat(901)])(
    'F26 takes %j for no Message-ID',
    (id) => {
      expect(isMessageId(id)).toBe(false);
    },
  );
});
