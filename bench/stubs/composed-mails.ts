import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth';
import { benchBody } from '../harness/tally.js';
import { PEOPLE_DOMAIN, personAddress, userAddress } from './mail-addresses.js';

const SELECTOR = 'bench';
const PARAGRAPH =
  'Thank you for the long letter, which I have read twice. Of the two ways that you describe I like the second one ' +
  'better, since it leaves the decision to those who have to live with it – and that is what we wanted, isn’t it?';
const FILE_LINE = 76;
const PIECE_LINES = 2_000;
const FILE_NAME = 'letter.bin';

/** A mail that is ready to be sent. */
export interface ComposedMail {
  readonly sequence: number;
  readonly returnPath: string;
  readonly recipient: string;
  readonly data: Buffer;
}

/** Who is written to, in turn. */
export interface Recipients {
  readonly users: number;
  readonly people: number;
}

/** Writes mails as a usual program does, signed by the domain of their authors (RFC 6376). */
export class MailWriter {
  readonly #key = generateKeyPairSync('rsa', { modulusLength: 2048 });
  #written = 0;

  /** What the domain of the authors says in DNS: keys, hosts, and that forgeries are to be refused. */
  records(): ReadonlyMap<string, string> {
    const key = this.#key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    return new Map([
      [PEOPLE_DOMAIN, 'v=spf1 ip4:192.0.2.0/24 -all'],
      [`_dmarc.${PEOPLE_DOMAIN}`, 'v=DMARC1; p=reject'],
      [`${SELECTOR}._domainkey.${PEOPLE_DOMAIN}`, `v=DKIM1; k=rsa; p=${key}`],
    ]);
  }

  /**
   * The next mail of a conversation: text and HTML, the mail before it quoted, about 6 KB, of which the reader sees the
   * first paragraphs.
   */
  async letter({ users, people }: Recipients): Promise<ComposedMail> {
    this.#written += 1;
    const sequence = this.#written;
    const user = sequence % users;
    const person = Math.floor(sequence / users) % people;
    const before = sequence - users * people;
    const author = personAddress(user, person);
    const boundary = `=_letter-${sequence}`;
    const text = `${benchBody(sequence)}\r\n\r\n${PARAGRAPH}\r\n\r\nMercutio\r\n`;
    const quoted = `On Monday, Romeo wrote:\r\n${`> ${PARAGRAPH}\r\n`.repeat(6)}`;
    const html =
      `<html><head><style>p { margin: 0 }</style></head><body><p>${benchBody(sequence)}</p>` +
      `\r\n<p>${PARAGRAPH}</p>\r\n<p>Mercutio</p>\r\n<blockquote>${`<p>${PARAGRAPH}</p>\r\n`.repeat(6)}</blockquote></body></html>`;
    const part = (type: string, body: string): string =>
      `--${boundary}\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${body}\r\n`;
    const mail =
      header(sequence, author, userAddress(user), before > 0 ? before : undefined) +
      `Content-Type: multipart/alternative; boundary="${boundary}"\r\n\r\n` +
      `${part('text/plain', text + quoted)}${part('text/html', html)}--${boundary}--\r\n`;
    const bytes = Buffer.from(mail);
    const key = { signingDomain: PEOPLE_DOMAIN, selector: SELECTOR, privateKey: this.#privateKey };
    const { signatures, errors } = await dkimSign(bytes, { ...key, signatureData: [key] });
    if (errors[0] !== undefined) throw errors[0];
    // Header fields that the servers on the way have put before it.
    const way = [3, 2, 1].map(
      (hop) =>
        `Received: from host${hop}.people.bench (host${hop}.people.bench [192.0.2.${hop}])\r\n` +
        `\tby mx${hop}.people.bench with ESMTPS id ${sequence}; Mon, 5 Jan 2026 10:00:0${hop} +0000\r\n`,
    );
    const data = Buffer.concat([Buffer.from(way.join('') + signatures), bytes]);
    return { sequence, returnPath: author, recipient: userAddress(user), data };
  }

  /** A mail with one file, in pieces; not signed, since it is not about that. */
  *parcel(user: number, file: Buffer): Generator<Buffer> {
    this.#written += 1;
    const boundary = `=_parcel-${this.#written}`;
    yield Buffer.from(
      header(this.#written, personAddress(user, 0), userAddress(user), undefined) +
        `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n` +
        `--${boundary}\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n` +
        `--${boundary}\r\nContent-Type: application/octet-stream; name="${FILE_NAME}"\r\n` +
        `Content-Disposition: attachment; filename="${FILE_NAME}"\r\nContent-Transfer-Encoding: base64\r\n\r\n`,
    );
    const lineBytes = (FILE_LINE / 4) * 3;
    for (let at = 0; at < file.length; at += lineBytes * PIECE_LINES) {
      const encoded = file.toString('base64', at, Math.min(file.length, at + lineBytes * PIECE_LINES));
      yield Buffer.from(`${encoded.replace(/.{76}(?=.)/g, '$&\r\n')}\r\n`, 'latin1');
    }
    yield Buffer.from(`--${boundary}--\r\n`);
  }

  get #privateKey(): string {
    return this.#key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }
}

function header(sequence: number, author: string, recipient: string, answered: number | undefined): string {
  const id = (of: number): string => `<letter-${of}@${PEOPLE_DOMAIN}>`;
  return (
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}\r\nFrom: Mercutio <${author}>\r\nTo: Romeo <${recipient}>\r\n` +
    `Subject: ${answered === undefined ? '' : 'Re: '}Verona\r\nMessage-ID: ${id(sequence)}\r\n` +
    (answered === undefined ? '' : `In-Reply-To: ${id(answered)}\r\nReferences: ${id(answered)}\r\n`) +
    'MIME-Version: 1.0\r\nUser-Agent: Bench/1.0\r\n'
  );
}

/** A report that a mail was delivered (RFC 3464). */
export function deliveryReport(returnPath: string, recipient: string, mail: string): Buffer {
  const id = /^message-id:\s*(<[^>]*>)/im.exec(mail)?.[1] ?? '';
  const boundary = '=_report';
  return Buffer.from(
    `From: MAILER-DAEMON@relay.bench\r\nTo: ${returnPath}\r\nSubject: Successful delivery\r\n` +
      `Message-ID: <report-${id.slice(1)}\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n` +
      `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"\r\n\r\n` +
      `--${boundary}\r\nContent-Type: text/plain\r\n\r\nYour mail has been delivered.\r\n` +
      `--${boundary}\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.bench\r\n\r\n` +
      `Final-Recipient: rfc822; ${recipient}\r\nAction: delivered\r\nStatus: 2.0.0\r\n` +
      `Diagnostic-Code: smtp; 250 2.0.0 ok\r\n\r\n` +
      `--${boundary}\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: ${id}\r\n\r\n--${boundary}--\r\n`,
  );
}
