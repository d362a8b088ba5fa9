import type { MemberId, NetworkMessageId } from '../../../gateway/ids.js';
import type { OutboundMention, OutboundMessage } from '../../../gateway/message.js';
import type { Session } from '../../../gateway/session.js';
import { shortenText } from '../../message/split-text.js';
import { callByNames } from '../mentions.js';
import type { RelayMention, RelayWords, Speaker } from '../model.js';
import type { Saying } from './sayings.js';

/** UTF-16 units of a quotation that stands for a reply. */
const QUOTE_LENGTH = 120;

/** How words are to be told in a room of a network. */
export interface Rendering {
  /** The relay's own account tells them: it has to say whose they are. */
  readonly told: boolean;
  readonly facets: Pick<Session, 'speaksFor' | 'mentions' | 'replies'>;
  /** The network's name of what is answered. */
  readonly answered?: string;
  /** What is answered, as far as it is known. */
  readonly quote?: Partial<Saying>;
  /** UTC milliseconds, where they were not said now. */
  readonly delayed?: number;
  /** Sentences about them, in the language of the room. */
  readonly remarks: readonly string[];
  readonly links: readonly string[];
  /** They stand for others, where the network has no edits. */
  readonly corrects?: boolean;
  nameOf(mention: RelayMention): string | undefined;
  memberOf(mention: RelayMention): MemberId | undefined;
}

/** Words as a message of the network, but for files. Pure. */
export function renderWords({ nick }: Speaker, words: RelayWords, how: Rendering): OutboundMessage {
  const { told, facets, answered, quote } = how;
  const { action, automatic, styled } = words;
  const named = told && !facets.speaksFor;
  const natively = facets.replies && answered !== undefined;
  const called = callByNames(words, how.nameOf);
  const quotation = natively ? '' : quotationOf(quote);
  const before = quotation + timeOf(how.delayed) + (named ? nameBefore(nick, action === true) : '');
  const said = called.text === '' && !named ? [] : [before + called.text];
  const shown = called.text === '' && !named && quotation !== '' ? [quotation.trimEnd()] : said;
  const remarks = how.remarks.map((remark) => `[${remark}]`);
  const mentions = facets.mentions ? placed(called.mentions, before.length, how) : [];
  return {
    text: [...shown, ...remarks, ...how.links].join('\n'),
    ...(action && !named && { action }),
    ...(automatic && { automatic }),
    ...(how.corrects && { corrects: true }),
    ...(!styled && !named && { unstyled: true }),
    ...(told && !named && { speaker: nick }),
    ...(mentions.length > 0 && { mentions }),
    ...(natively && {
      replyTo: {
        ...{ id: answered as NetworkMessageId, own: false },
        ...(quote?.text !== undefined && { quote: quote.text }),
      },
    }),
  };
}

/** An asterisk in a name would end the strong words too early (XEP-0393 §6.2.1). */
function nameBefore(nick: string, action: boolean): string {
  const name = nick.replaceAll('*', '∗').replace(/\s+/gu, ' ').trim() || '?';
  return action ? `* ${name} ` : `*${name}*: `;
}

function timeOf(delayed: number | undefined): string {
  if (delayed === undefined) return '';
  return `[${new Date(delayed).toISOString().slice(0, 16).replace('T', ' ')} UTC] `;
}

/** One line: nobody wants to read it all again. */
function quotationOf(quote: Partial<Saying> | undefined): string {
  const text = quote?.text?.replace(/\s+/gu, ' ').trim() ?? '';
  if (text === '') return '';
  const by = quote?.nick === undefined ? '' : `<${quote.nick}> `;
  return `> ${by}${shortenText(text, QUOTE_LENGTH)}\n`;
}

function placed(
  mentions: ReturnType<typeof callByNames>['mentions'],
  shift: number,
  { memberOf }: Pick<Rendering, 'memberOf'>,
): readonly OutboundMention[] {
  return mentions.flatMap(({ begin, end, mention }) => {
    const member = memberOf(mention);
    return member === undefined ? [] : [{ begin: begin + shift, end: end + shift, member }];
  });
}
