import type { OutboundMessage } from '../../../src/gateway/message.js';
import { splitSubject } from '../content/subject.js';

/** Messages of the user as one text. */
export interface MailText {
  readonly text: string;
  /** What he has set as its subject. */
  readonly subject?: string;
  readonly unstyled: boolean;
}

/** What messages say as one mail; `name`: how the user is called in `/me`. */
export function mailTextOf(messages: readonly OutboundMessage[], name: string): MailText {
  const lines: string[] = [];
  let subject: string | undefined;
  for (const message of messages) {
    const { said, given } = words(message, name);
    subject ??= given;
    if (said !== '') lines.push(said);
  }
  return {
    text: lines.join('\n\n'),
    ...(subject !== undefined && { subject }),
    unstyled: messages.every(({ unstyled }) => unstyled === true),
  };
}

function words(message: OutboundMessage, name: string): { readonly said: string; readonly given?: string } {
  const { action, replyTo } = message;
  const taken = action ? { text: message.text } : splitSubject(message.text);
  const given = taken.subject ?? message.subject;
  const text = action ? `* ${name} ${taken.text}` : taken.text;
  const said = replyTo?.quote === undefined || text === '' ? text : `${quoted(replyTo.quote)}\n${text}`;
  return { said, ...(given !== undefined && given.trim() !== '' && { given }) };
}

/** RFC 3676 §4.5. */
function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`))
    .join('\n');
}
