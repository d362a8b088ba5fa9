import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { domainOf } from '../mail/mail-address.js';
import type { RawMail } from '../mail/raw-mail.js';
import type { Spool } from '../mail/spool.js';

/** What a mail may be called in a header; others would break out of it (F26). */
const MESSAGE_ID = /^[!-;=?-~]{1,500}$/;
const BOUNDARY = 'isthmus-displayed';

/** Which mail was read, by whom, and who is told. Addresses in their one form. */
export interface Displayed {
  readonly from: string;
  readonly to: string;
  /** Message-ID. */
  readonly mail: string;
}

/**
 * A report that a mail was shown to the user (RFC 8098 §3), after a setting of his that lets others know.
 * @throws {GatewayError} what the spool throws @throws {TypeError} when the Message-ID is none
 */
export async function displayedReport(
  spool: Spool,
  { from, to, mail }: Displayed,
  now: number,
): Promise<{ readonly raw: RawMail; readonly messageId: string }> {
  if (!MESSAGE_ID.test(mail)) throw new TypeError('not a Message-ID');
  const messageId = `${randomUUID()}@${domainOf(from)}`;
  const lines = [
    `Date: ${new Date(now).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${messageId}>`,
    `From: ${from}`,
    `To: ${to}`,
    'Subject: Message opened',
    `In-Reply-To: <${mail}>`,
    `References: <${mail}>`,
    'Auto-Submitted: auto-replied',
    'Chat-Version: 1.0',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=disposition-notification; boundary="${BOUNDARY}"`,
    '',
    `--${BOUNDARY}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    'The mail that you sent was shown to its recipient. That is no guarantee that it was read.',
    '',
    `--${BOUNDARY}`,
    'Content-Type: message/disposition-notification',
    '',
    'Reporting-UA: Isthmus',
    `Final-Recipient: rfc822;${from}`,
    `Original-Message-ID: <${mail}>`,
    'Disposition: manual-action/MDN-sent-automatically; displayed',
    '',
    `--${BOUNDARY}--`,
    '',
  ];
  const raw = await spool.receive(Readable.from([Buffer.from(lines.join('\r\n'))], { objectMode: false }));
  return { raw, messageId };
}
