import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveryFailure } from '../../../../gateways/email/content/failure.js';
import { type MailReport, readReport } from '../../../../gateways/email/content/report.js';
import { partsMail, textMail } from '../../../support/email/read-mail.js';

const DAEMON = { From: 'Mail Delivery System <MAILER-DAEMON@example.org>', 'Return-Path': '<>' };

const report = async (
  status: string,
  returned = 'Message-ID: <orig@example.net>\nSubject: x\n',
  type = 'text/rfc822-headers',
): Promise<MailReport | undefined> =>
  readReport(
    await partsMail(
      {
        type: 'multipart/report; report-type=delivery-status',
        body: [
          { type: 'text/plain', body: 'Sorry.' },
          { type: 'message/delivery-status', body: status },
          { type, body: returned },
        ],
      },
      DAEMON,
    ),
  );
const old = async (
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<MailReport | undefined> =>
  readReport(await textMail(body, { ...DAEMON, Subject: 'failure notice', ...headers }));

describe('delivery reports', () => {
  it('F05 of RFC 3464 tell of each recipient, and of which mail', async () => {
    expect(
      await report(
        'Reporting-MTA: dns; mx.example.org\nOriginal-Envelope-Id: key-1\n\n' +
          'Final-Recipient: rfc822; forwarded@else.example\nOriginal-Recipient: rfc822;Alice@Example.org\nAction: failed\nStatus: 5.1.1\n' +
          'Diagnostic-Code: smtp; 550 5.1.1 <alice@example.org>:\n    Recipient address rejected\n\n' +
          'Final-Recipient: rfc822; bob@example.org\nAction: delayed\nStatus: 4.4.1 (no answer)\nWill-Retry-Until: tomorrow\n',
      ),
    ).toEqual({
      kind: 'delivery',
      originalId: 'orig@example.net',
      envelopeId: 'key-1',
      recipients: [
        {
          address: 'alice@example.org',
          action: 'failed',
          status: '5.1.1',
          diagnostic: '550 5.1.1 <alice@example.org>: Recipient address rejected',
        },
        { address: 'bob@example.org', action: 'delayed', status: '4.4.1', diagnostic: '' },
      ],
    });
  });

  it('F05 give the id in the returned mail, or by what they answer', async () => {
    const status =
      'Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822;a@example.org\nAction: delivered\nStatus: 2.0.0\n';
    expect(
      await report(status, 'From: x\nMessage-Id:\n <whole@example.net>\n\nbody', 'message/rfc822'),
    ).toMatchObject({
      originalId: 'whole@example.net',
    });
    const answered = await partsMail(
      { type: 'multipart/report', body: [{ type: 'message/delivery-status', body: status }] },
      { ...DAEMON, 'In-Reply-To': '<answered@example.net>' },
    );
    expect(readReport(answered)).toMatchObject({ originalId: 'answered@example.net' });
  });

  it('are read though a server forgets the empty line, and says more in words', async () => {
    expect(
      await report(
        'Reporting-MTA: dns; x\nFinal-Recipient: RFC822; a@example.org\nAction: Failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 552 5.2.2 full\n',
      ),
    ).toMatchObject({ recipients: [{ address: 'a@example.org', action: 'failed', status: '5.2.2' }] });
  });

  it('F05 of qmail', async () => {
    expect(
      await old(
        "Hi. This is the qmail-send program at example.org.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<alice@example.org>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 unknown user\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <bob@example.net>\nMessage-ID: <orig@example.net>\nTo: carol@example.org\n",
      ),
    ).toEqual({
      kind: 'delivery',
      originalId: 'orig@example.net',
      recipients: [
        {
          address: 'alice@example.org',
          action: 'failed',
          status: '5.1.1',
          diagnostic:
            '192.0.2.1 does not like recipient. Remote host said: 550 5.1.1 unknown user Giving up on 192.0.2.1.',
        },
      ],
    });
  });

  it('F05 of Exim, failed and delayed', async () => {
    const failed =
      'This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  alice@example.org\n    host mx.example.org [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<alice@example.org>:\n    550 no such user here\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-ID: <orig@example.net>\n';
    expect(
      await old(failed, {
        'X-Failed-Recipients': 'alice@example.org',
        Subject: 'Mail delivery failed: returning message to sender',
      }),
    ).toMatchObject({
      originalId: 'orig@example.net',
      recipients: [
        {
          address: 'alice@example.org',
          action: 'failed',
          diagnostic: expect.stringContaining('550 no such user'),
        },
      ],
    });
    const delayed =
      'This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on mx.example.\n\nThe address to which the message has not yet been delivered is:\n\n  alice@example.org\n    host mx.example.org: Connection timed out\n\nNo action is required on your part.';
    expect(
      await old(delayed, {
        Subject: 'Warning: message 1abc delayed 24 hours',
        'In-Reply-To': '<orig@example.net>',
      }),
    ).toMatchObject({
      originalId: 'orig@example.net',
      recipients: [{ address: 'alice@example.org', action: 'delayed' }],
    });
  });

  it('F05 of others, when they come from where reports come from', async () => {
    const text =
      'Delivery has failed to these recipients:\n\nalice@example.org\nThe mailbox is full. #552 5.2.2\n';
    const subject = { Subject: 'Undeliverable: Tea' };
    expect(await old(text, subject)).toMatchObject({
      recipients: [{ address: 'alice@example.org', status: '5.2.2' }],
    });
    expect(readReport(await textMail(text, subject))).toBeUndefined();
    expect(await old('Please write to help@example.org', { Subject: 'Hello' })).toBeUndefined();
  });

  it('are nothing in other mail', async () => {
    expect(readReport(await textMail('Hello'))).toBeUndefined();
  });
});

describe('disposition notifications', () => {
  const mdn = async (fields: string, headers = {}): Promise<MailReport | undefined> =>
    readReport(
      await partsMail(
        {
          type: 'multipart/report; report-type=disposition-notification',
          body: [
            { type: 'text/plain', body: 'Read.' },
            { type: 'message/disposition-notification', body: fields },
          ],
        },
        headers,
      ),
    );

  it('tell that a mail was shown, deleted, or taken by a program', async () => {
    expect(
      await mdn(
        'Reporting-UA: x\nOriginal-Recipient: rfc822;alice@example.org\nFinal-Recipient: rfc822;alice@example.org\nOriginal-Message-ID: <orig@example.net>\nDisposition: manual-action/MDN-sent-manually; displayed\n',
      ),
    ).toEqual({
      kind: 'disposition',
      originalIds: ['orig@example.net'],
      disposition: 'displayed',
      automatic: false,
      recipient: 'alice@example.org',
    });
    expect(
      await mdn(
        'Original-Message-ID: <o@e.net>\nDisposition: automatic-action/MDN-sent-automatically; deleted/x',
      ),
    ).toMatchObject({
      disposition: 'deleted',
      automatic: true,
    });
    expect(
      await mdn('Disposition: manual-action/x; displayed', { 'In-Reply-To': '<o@e.net>' }),
    ).toMatchObject({ originalIds: ['o@e.net'] });
    expect(await mdn('Disposition: manual-action/x; eaten')).toBeUndefined();
  });

  it('of chat clients tell of several mails at once', async () => {
    expect(
      await mdn(
        'Original-Message-ID: <1@e.net>\nAdditional-Message-IDs: <2@e.net> <3@e.net>\nDisposition: manual-action/MDN-sent-automatically; displayed',
      ),
    ).toMatchObject({ originalIds: ['1@e.net', '2@e.net', '3@e.net'] });
  });
});

describe('reasons of failures', () => {
  it.each([
    ['5.1.1', '', 'not-found', 'email-failed-unknown'],
    ['5.1.10', '', 'not-found', 'email-failed-domain'],
    ['5.2.2', '', 'recipient-unavailable', 'email-failed-full'],
    ['5.2.1', '', 'recipient-unavailable', 'email-failed-disabled'],
    ['5.3.4', '', 'too-long', 'email-failed-size'],
    ['5.4.6', '', 'rejected', 'email-failed-loop'],
    ['4.4.7', '', 'network-unreachable', 'email-failed-unreachable'],
    ['5.6.1', '', 'rejected', 'email-failed-content'],
    ['5.7.1', '', 'rejected', 'email-failed-refused'],
    ['5.7.26', '', 'rejected', 'email-failed-sender'],
    [undefined, '550 5.1.1 no', 'not-found', 'email-failed-unknown'],
    ['5.0.0', '550 No such user here', 'not-found', 'email-failed-unknown'],
    [undefined, 'smtp; 552 Mailbox full', 'recipient-unavailable', 'email-failed-full'],
    [undefined, '554 blocked by policy', 'rejected', 'email-failed-refused'],
    [undefined, undefined, 'rejected', 'email-failed'],
  ])('F05 %s %s are %s: %s', (status, answer, code, key) => {
    expect(deliveryFailure('a@example.org', status, answer)).toMatchObject({
      code,
      text: { key, args: { address: 'a@example.org' } },
    });
  });

  it('have the server’s words in brackets, on one line', () => {
    expect(
      deliveryFailure('a@b.org', '5.7.1', 'smtp; 550-5.7.1 not\r\n550 5.7.1 you').text.args?.answer,
    ).toBe(' (550 5.7.1 not 550 5.7.1 you)');
    expect(deliveryFailure('a@b.org', '5.7.1', '').text.args?.answer).toBe(' (5.7.1)');
    expect(deliveryFailure('a@b.org', undefined, '').text.args?.answer).toBe('');
  });
});

describe('any report', () => {
  it('is read without an error', async () => {
    const line = fc.oneof(
      fc.constantFrom(
        '',
        'Final-Recipient: rfc822; a@b.org',
        'Action: failed',
        'Status: 5',
        'Disposition: a/b; displayed',
        '<a@b.org>:',
        '--- Below this line',
        ' folded',
        ':',
        'Message-ID: <x@y>',
      ),
      fc.string({ maxLength: 30 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line).map((lines) => lines.join('\n')),
        async (text) => {
          await report(text, text);
          await old(text);
        },
      ),
    );
    await old(`${'a@b.org '.repeat(5_000)}\n`.repeat(5));
    await report('Action: failed\n '.repeat(10_000));
  });
});
