import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DomainStage } from '../../support/email/domain-stage.js';
import { SmtpTalk } from '../../support/email/smtp-talk.js';
import { runs } from '../runs.js';

const SAM = 'sam@mail.example.test';
const address = fc.oneof(
  fc.constantFrom(
    SAM,
    'KIM@mail.example.test',
    'postmaster',
    '',
    'x@example.org',
    'bounce+aaaa@mail.example.test',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const line = fc.oneof(
  address.map((text) => `MAIL FROM:<${text}> SIZE=1 BODY=8BITMIME`),
  address.map((text) => `RCPT TO:<${text}>`),
  fc.constantFrom(
    'EHLO x',
    'HELO',
    'DATA',
    'RSET',
    'NOOP',
    'VRFY sam',
    'EXPN x',
    'BDAT 5 LAST',
    'STARTTLS',
    'AUTH LOGIN',
  ),
  fc.constantFrom(
    'XFORWARD ADDR=192.0.2.1 HELO=x',
    'XFORWARD HELO=[UNAVAILABLE]',
    'XCLIENT ADDR=IPV6:::1 NAME=+0D+0A',
    '.',
  ),
  fc.constantFrom(
    'From: a@example.org',
    'DKIM-Signature: v=1; h=from; d=x; s=y; b=; bh=',
    'Subject: =?x?B?',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const session = fc.array(fc.tuple(line, fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r', '')), {
  maxLength: 25,
});

describe('hostile SMTP sessions', () => {
  let stage: DomainStage;

  beforeAll(async () => {
    stage = await DomainStage.start({ limits: { mailsPerMinute: 100_000, mailsPerMinuteToUser: 100_000 } });
  });
  afterAll(() => stage.stop());

  it('end in answers, and take nothing from others', async () => {
    await fc.assert(
      fc.asyncProperty(session, async (lines) => {
        const talk = await SmtpTalk.open(stage.port);
        for (const [text, end] of lines) talk.write(text + end);
        // Whatever it is in by now, the end of a mail is among the next words.
        talk.write('\r\n.\r\nQUIT\r\n');
        for (let answer = await talk.answer(); answer !== ''; answer = await talk.answer())
          expect(answer).toMatch(/^(?:[2-5]\d\d[ -].*(?:\r\n|$))+/);
        await talk.ended;
        expect(stage.spool.used).toBe(0);
      }),
      runs('smtp-session'),
    );
    const talk = await stage.talk();
    const mail = 'From: bob@example.org\r\nSubject: still here\r\n\r\nhello';
    expect(await talk.mail('bob@example.org', [SAM], mail)).toMatch(/^250/);
    for (const { origin } of stage.received) expect(origin.account).toBeLessThan(3);
    talk.close();
  });
});
