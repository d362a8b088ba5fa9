import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { parseLimits } from '../../../../gateways/email/mail/options.js';
import { parseMail } from '../../../../gateways/email/mail/parse-mail.js';
import type { MailPart, ParsedMail } from '../../../../gateways/email/mail/parsed-mail.js';
import { corpusBytes, corpusNames, expectedFile } from '../../../support/email/corpus.js';
import { rawMail } from '../../../support/email/raw-mail.js';

const limits = parseLimits.parse({});

async function shownPart({ headers: _, open, ...part }: MailPart): Promise<object> {
  const content = await buffer(await open());
  expect(content.length).toBe(part.size);
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return part.text === undefined ? { ...part, sha256: digest } : part;
}

async function shown(mail: ParsedMail): Promise<string> {
  const { headers: _, parts, date, ...rest } = mail;
  const result = {
    ...rest,
    ...(date !== undefined && { date: new Date(date).toISOString() }),
    parts: await Promise.all(parts.map(shownPart)),
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

describe('the ugly mails', () => {
  it.each(corpusNames)('%s is read as expected', async (name) => {
    const mail = await parseMail(rawMail(corpusBytes(name)), limits);
    await expect(await shown(mail)).toMatchFileSnapshot(expectedFile(name, 'parsed'));
  });

  it.each(corpusNames)('%s is read alike in whatever pieces it comes', async (name) => {
    const whole = await shown(await parseMail(rawMail(corpusBytes(name)), limits));
    for (const pieceBytes of [1, 2, 3, 61]) {
      expect(await shown(await parseMail(rawMail(corpusBytes(name), pieceBytes), limits))).toBe(whole);
    }
  });
});
