import type { XmlElement } from '../../../xmpp/element.js';
import { xmlAttr } from '../../../xmpp/escape-xml.js';
import { NS } from '../../../xmpp/namespace.js';
import {
  readMentionReferences,
  renderMentionReference,
} from '../../../xmpp/xep/0372-references/reference.js';
import { codePoints } from '../../../xmpp/xep/0428-fallback-indication/fallback.js';
import { findMentions, type NamedPerson, type PlacedMention } from '../mentions.js';
import type { RelayMention, RelayWords } from '../model.js';

/** Mentions of one message that are looked at. */
const MOST = 50;

/** Who is who in a room. */
export interface MentionedPeople {
  /** By a name in the room, or an address there. */
  byNick(nick: string): NamedPerson | undefined;
  byOccupantId(id: string): NamedPerson | undefined;
  /** As `foldName` makes names. */
  called(folded: string): NamedPerson | undefined;
}

/** The words with those who are named in them: as the client says (XEP-0372, XEP-0513), and as people write. Pure. */
export function withMentions(
  words: RelayWords,
  stanza: XmlElement,
  room: string,
  people: MentionedPeople,
): RelayWords {
  const body = stanza.childText('body') ?? '';
  // What stands before the words is a command or a quotation; both were cut off.
  const shift = body.endsWith(words.text) ? body.length - words.text.length : undefined;
  const told = shift === undefined ? [] : placed(body, stanza, room, people, shift);
  const mentions = findMentions(words.text, (name) => people.called(name), told);
  return mentions.length === 0 ? words : { ...words, mentions };
}

function placed(
  body: string,
  stanza: XmlElement,
  room: string,
  people: MentionedPeople,
  shift: number,
): readonly RelayMention[] {
  const named: { readonly begin: number; readonly end: number; readonly person: NamedPerson | undefined }[] =
    readMentionReferences(stanza).map(({ begin, end, jid }) => ({
      ...{ begin, end },
      person: jid.startsWith(`${room}/`) ? people.byNick(jid.slice(room.length + 1)) : undefined,
    }));
  for (const { attrs } of stanza.childrenNamed('mention', NS.MENTIONS).slice(0, MOST)) {
    const { begin, end, occupantid } = attrs;
    if (begin === undefined || end === undefined || occupantid === undefined) continue;
    named.push({ begin: Number(begin), end: Number(end), person: people.byOccupantId(occupantid) });
  }
  if (named.length === 0) return [];
  const points = [...body];
  const unit = (point: number): number => points.slice(0, point).join('').length - shift;
  return named.flatMap(({ begin, end, person }) => {
    if (!person || !(begin >= 0 && end > begin && end <= points.length)) return [];
    const { leg, key, nick } = person;
    return [{ begin: unit(begin), end: unit(end), leg, key, nick }];
  });
}

/** What says of a body who is named in it, as XML text. Pure. @param offset where the words begin in the body, UTF-16 units */
export function renderMentions(
  body: string,
  offset: number,
  mentions: readonly PlacedMention[],
  who: (mention: RelayMention) => { readonly jid: string; readonly occupantId?: string } | undefined,
): string {
  let xml = '';
  for (const { begin, end, mention } of mentions.slice(0, MOST)) {
    const person = who(mention);
    if (!person || offset + end > body.length) continue;
    const from = codePoints(body.slice(0, offset + begin));
    const to = from + codePoints(body.slice(offset + begin, offset + end));
    xml += renderMentionReference({ begin: from, end: to, jid: person.jid });
    if (person.occupantId !== undefined)
      xml += `<mention xmlns='${NS.MENTIONS}' begin='${from}' end='${to}' occupantid='${xmlAttr(person.occupantId)}'/>`;
  }
  return xml;
}
