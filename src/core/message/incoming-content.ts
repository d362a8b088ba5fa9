import type { InboundAttachment } from '../../gateway/attachment.js';
import type { DirectMessage } from '../../gateway/event.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { fileNoticeBody, fileStanzaParts } from '../media/file-stanza.js';
import { bodyOf } from './body.js';
import type { MessageContent } from './render-message.js';
import { shortenText, splitText } from './split-text.js';

/** Stanzas that the words of one message may become; what is longer is cut. */
const MOST_PARTS = 20;

/** Files of one message that are shown. */
const MOST_FILES = 20;

/** Remarks of the gateway on one message that are shown. */
const MOST_REMARKS = 20;

/** What somebody on the network has said, in private or in a room. */
export type Said = Pick<DirectMessage, 'text' | 'style' | 'styled' | 'subject' | 'thread' | 'remarks'>;

/** What is found out about a message before it is shown. */
export interface Around {
  readonly files: readonly MessageContent[];
  readonly delay?: MessageContent['delay'];
  /** For the first part. */
  readonly reply?: Pick<MessageContent, 'quote' | 'reply'>;
}

/** What the network has said, as clients can show it. */
export class IncomingContent {
  constructor(private readonly context: DomainContext) {}

  /** Puts files where the user's clients can fetch them, each in a message of its own. */
  async publish(
    account: Account,
    attachments: readonly InboundAttachment[],
  ): Promise<readonly MessageContent[]> {
    const { media, translator } = this.context;
    const contents: MessageContent[] = [];
    for (const attachment of attachments.slice(0, MOST_FILES)) {
      const made = await media.publish(account, attachment);
      if (made.kind === 'notice')
        contents.push({ text: fileNoticeBody(made, translator, account.language), styled: true });
      else {
        const { body, payload } = fileStanzaParts(made);
        contents.push({ text: body, styled: true, payload });
      }
    }
    return contents;
  }

  /** The content in as many parts as it needs (S11); never none. */
  parts(account: Account, said: Said, { files, delay, reply }: Around): readonly MessageContent[] {
    const { subject, thread, styled } = said;
    const shared: Omit<MessageContent, 'text'> = {
      styled: styled ?? false,
      ...(subject !== undefined && { subject }),
      ...(thread !== undefined && { thread }),
      ...(delay && { delay }),
    };
    const inFiles = files.map((file) => ({ ...shared, ...file }));
    const words = this.#words(account.language, said);
    if (words === '' && inFiles.length > 0) return inFiles;
    const text =
      words === '' ? this.context.translator.say({ key: 'message-empty' }, account.language) : words;
    const parts = splitText(text, this.context.options.limits.messageLength, MOST_PARTS);
    const inWords = parts.map((part, index) => ({ ...shared, text: part, ...(index === 0 && reply) }));
    return [...inWords, ...inFiles];
  }

  /** What a message has been edited to, cut to what one may hold; never empty. */
  edited({ language }: Account, said: Pick<Said, 'text' | 'remarks'>): string {
    const text = this.#words(language, { style: 'text', ...said });
    const { limits } = this.context.options;
    return shortenText(
      text || this.context.translator.say({ key: 'message-empty' }, language),
      limits.messageLength,
    );
  }

  /** The text, and below it what the gateway remarks, each on a line of its own; empty when there is neither. */
  #words(language: string, said: Said): string {
    const body = bodyOf(said);
    const lines = (said.remarks ?? [])
      .slice(0, MOST_REMARKS)
      .map((remark) => `[${this.context.translator.say(remark, language)}]`);
    if (body.trim() === '') return lines.join('\n');
    return lines.length === 0 ? body : [body.trimEnd(), ...lines].join('\n');
  }
}
