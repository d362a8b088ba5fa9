import { describe, expect, it } from 'vitest';
import { readChatMail, readReaction } from '../../../../gateways/email/content/chat-mail.js';
import { classify } from '../../../../gateways/email/content/classify.js';
import { contentOptions } from '../../../../gateways/email/content/options.js';
import { readContent } from '../../../../gateways/email/content/read-content.js';
import { readReport } from '../../../../gateways/email/content/report.js';
import { shownSubject } from '../../../../gateways/email/content/subject.js';
import { parseLimits } from '../../../../gateways/email/mail/options.js';
import { parseMail } from '../../../../gateways/email/mail/parse-mail.js';
import { corpusBytes, corpusNames, expectedFile } from '../../../support/email/corpus.js';
import { rawMail } from '../../../support/email/raw-mail.js';

describe('what is shown of the ugly mails', () => {
  it.each(corpusNames)('%s', async (name) => {
    const mail = await parseMail(rawMail(corpusBytes(name)), parseLimits.parse({}));
    const { whole, attachments, avatar, ...content } = readContent(mail, contentOptions.parse({}));
    const chat = readChatMail(mail);
    const shown = {
      subject: shownSubject(mail),
      ...content,
      ...(whole !== content.text && { whole }),
      attachments: attachments.map(({ fileName, type }) => `${fileName} (${type})`),
      ...(avatar && { avatar: avatar.type }),
      nature: classify(mail),
      report: readReport(mail),
      chat:
        chat &&
        JSON.parse(
          JSON.stringify(chat, (key, value) => (key === 'bytes' || key === 'headers' ? '…' : value)),
        ),
      reaction: readReaction(mail),
    };
    await expect(`${JSON.stringify(shown, undefined, 2)}\n`).toMatchFileSnapshot(
      expectedFile(name, 'content'),
    );
  });
});
