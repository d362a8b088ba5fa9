import type { ContactId } from '../../gateway/ids.js';
import type { Text } from '../../gateway/text.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { findJid } from '../service/address.js';
import { type MessageContent, renderContent, renderMessage, shownBody } from './render-message.js';

/** The user's server, where it lets the gateway speak in his name (XEP-0356). */
export interface UserVoice {
  /** The stanza that makes the server send the message as the user's own; undefined where it does not. */
  asUser(
    account: Account,
    message: {
      readonly to: string;
      readonly id: string;
      readonly type: 'chat' | 'normal';
      readonly body: string;
      readonly content: string;
    },
  ): string | undefined;
}

/** What the user did on the network itself, shown as his own where his server lets us, else as a marked copy (F32). */
export class OwnSpeech {
  constructor(
    private readonly context: DomainContext,
    private readonly voice: UserVoice,
  ) {}

  /**
   * Words of the user to a person. `copy` is how the copy from the person's address differs: another content, or the
   * sentence that carries the text where it is not `own-message`.
   */
  words(
    account: Account,
    contact: ContactId,
    id: string,
    content: MessageContent,
    copy: { readonly text?: Text; readonly content?: MessageContent } = {},
  ): string {
    const type = content.subject === undefined ? 'chat' : 'normal';
    const own = this.#asUser(account, contact, id, renderContent(content), shownBody(content), type);
    if (own !== undefined) return own;
    const text = copy.text ?? { key: 'own-message', args: { text: content.text } };
    return renderMessage(
      { from: this.#from(contact), to: account.owner, id },
      { ...plain(copy.content ?? content), text: this.context.translator.say(text, account.language) },
    );
  }

  /** Something without words of his own, such as a reaction; undefined where the server does not let us. */
  signal(account: Account, contact: ContactId, id: string, inside: string, body = ''): string | undefined {
    return this.#asUser(account, contact, id, inside, body, 'chat');
  }

  #asUser(
    account: Account,
    contact: ContactId,
    id: string,
    content: string,
    body: string,
    type: 'chat' | 'normal',
  ): string | undefined {
    const to = findJid(this.context, { kind: 'contact', id: contact });
    return to === undefined ? undefined : this.voice.asUser(account, { to, id, type, body, content });
  }

  #from(contact: ContactId): string {
    return findJid(this.context, { kind: 'contact', id: contact }) ?? this.context.options.domain;
  }
}

/** In another's mouth a reply would point at the wrong author, and a file's address is no longer the whole body. */
function plain({ reply: _reply, payload: _payload, ...content }: MessageContent): MessageContent {
  return content;
}
