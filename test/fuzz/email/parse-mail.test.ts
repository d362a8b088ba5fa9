import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mailAddress } from '../../../gateways/email/mail/mail-address.js';
import { parseLimits } from '../../../gateways/email/mail/options.js';
import { parseMail } from '../../../gateways/email/mail/parse-mail.js';
import type { MailPart, ParsedMail } from '../../../gateways/email/mail/parsed-mail.js';
import { rawMail } from '../../support/email/raw-mail.js';
import { runs } from '../runs.js';
import { anyMail } from './arbitraries.js';

/** Milliseconds for the whole target, shrinking included. */
const TIME_LIMIT_MS = 300_000;
/** Bounds that small mails meet as well. */
const tight = parseLimits.parse({ maxDepth: 2, maxParts: 6, maxHeaderBytes: 300, maxTextBytes: 100 });
const limits = fc.constantFrom(parseLimits.parse({}), tight);

const LINES = /^[^\p{Cc}\p{Cs}\ufffe\uffff]*$/u;
const TEXT = /^(?:[^\p{Cc}\p{Cs}\ufffe\uffff]|[\n\t])*$/u;
const NAME = /^[^\p{Cc}\p{Cs}/\\\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]{1,255}$/u;
const ID = /^[^\s\p{Cc}<>]{1,998}$/u;
const TYPE = /^[^\s/]+\/[^\s/]+$/;

function expectMail(mail: ParsedMail): void {
  for (const id of [mail.messageId, mail.inReplyTo, ...mail.references])
    if (id !== undefined) expect(id).toMatch(ID);
  expect(mail.references.length).toBeLessThanOrEqual(101);
  expect(mail.subject).toMatch(LINES);
  expect(mail.type).toMatch(TYPE);
  for (const { address, name } of [mail.from, ...mail.replyTo, ...mail.to, ...mail.cc].filter(
    (who) => !!who,
  )) {
    expect(mailAddress(address)).toBe(address);
    expect(name ?? '').toMatch(LINES);
  }
  if (mail.date !== undefined) expect(Number.isSafeInteger(mail.date)).toBe(true);
  for (const name of ['subject', 'to', 'content-type', 'x-mailer', 'list-id']) {
    for (const value of mail.headers.all(name)) expect(value).toMatch(LINES);
  }
}

function expectPart(part: MailPart): void {
  expect(part.type).toMatch(TYPE);
  if (part.fileName !== undefined) expect(part.fileName).toMatch(NAME);
  if (part.contentId !== undefined) expect(part.contentId).toMatch(ID);
  expect(part.description ?? '').toMatch(LINES);
  expect(part.text ?? '').toMatch(TEXT);
  expect(part.within.every((type) => type.startsWith('multipart/'))).toBe(true);
  for (const value of Object.values(part.parameters)) expect(value).toMatch(LINES);
}

it(
  'whatever comes is read without an error, clean and within its bounds, and the bytes of its parts are there',
  () =>
    fc.assert(
      fc.asyncProperty(
        anyMail,
        limits,
        fc.integer({ min: 1, max: 3_000 }),
        async (bytes, bounds, pieceBytes) => {
          const mail = await parseMail(rawMail(bytes, pieceBytes), bounds);
          expectMail(mail);
          expect(mail.parts.length).toBeLessThanOrEqual(bounds.maxParts);
          for (const part of mail.parts) {
            expectPart(part);
            expect(part.within.length).toBeLessThanOrEqual(bounds.maxDepth);
            expect(await buffer(await part.open())).toHaveLength(part.size ?? -1);
          }
          const read = mail.parts.reduce((sum, { text }) => sum + (text ?? '').length, 0);
          expect(read).toBeLessThanOrEqual(bounds.maxTextBytes);
        },
      ),
      runs('mails taken apart', 4),
    ),
  TIME_LIMIT_MS,
);

it(
  'the pieces in which a mail comes make no difference',
  () =>
    fc.assert(
      fc.asyncProperty(
        anyMail,
        limits,
        fc.integer({ min: 1, max: 60 }),
        async (bytes, bounds, pieceBytes) => {
          const [whole, pieces] = await Promise.all([
            parseMail(rawMail(bytes, bytes.length + 1), bounds),
            parseMail(rawMail(bytes, pieceBytes), bounds),
          ]);
          expect(JSON.stringify(pieces)).toBe(JSON.stringify(whole));
        },
      ),
      runs('mails in pieces', 2),
    ),
  TIME_LIMIT_MS,
);
