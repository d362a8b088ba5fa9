import type { XmlElement } from '../../element.js';
import { xmlAttr } from '../../escape-xml.js';
import { NS } from '../../namespace.js';

/** Mentions of one message that are looked at. */
const MOST = 50;

/** Somebody who is named in a body (XEP-0372 §3.2); code points (XEP-0426). */
export interface MentionReference {
  readonly begin: number;
  readonly end: number;
  /** His address, with resource where he is an occupant. */
  readonly jid: string;
}

/** As XML text. */
export function renderMentionReference({ begin, end, jid }: MentionReference): string {
  const uri = `xmpp:${jid.replace(/[%?#\s]/gu, encodeURIComponent)}`;
  return `<reference xmlns='${NS.REFERENCE}' type='mention' begin='${begin}' end='${end}' uri='${xmlAttr(uri)}'/>`;
}

/** Reads those of a message that say where; what is malformed is left out. */
export function readMentionReferences(stanza: XmlElement): readonly MentionReference[] {
  return stanza
    .childrenNamed('reference', NS.REFERENCE)
    .slice(0, MOST)
    .flatMap(({ attrs }) => {
      const { type, uri = '', begin, end } = attrs;
      const jid = decoded(/^xmpp:([^?#]+)/.exec(uri)?.[1]);
      if (type !== 'mention' || jid === undefined || !isNumber(begin) || !isNumber(end)) return [];
      return [{ begin: Number(begin), end: Number(end), jid }];
    });
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,7}$/.test(text);
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
