import { xmlAttr } from '../../xmpp/escape-xml.js';
import { NS } from '../../xmpp/namespace.js';

const END = '</message>';
const TO = /\sto='([^']*)'/;
const ID = /\sid='([^']*)'/;

/** Whom a stanza of ours goes to, and its id, both as written; empty where it has none. */
export function addressOf(stanza: string): { readonly to: string; readonly id: string } {
  const start = stanza.slice(0, stanza.indexOf('>'));
  return { to: TO.exec(start)?.[1] ?? '', id: ID.exec(start)?.[1] ?? '' };
}

/** The same message with the time at which it was first sent (XEP-0203), unless it tells one. `time`: UTC milliseconds. */
export function withDelay(stanza: string, domain: string, time: number): string {
  if (stanza.includes(`<delay xmlns='${NS.DELAY}'`) || !stanza.endsWith(END)) return stanza;
  const stamp = new Date(time).toISOString();
  return `${stanza.slice(0, -END.length)}<delay xmlns='${NS.DELAY}' from='${xmlAttr(domain)}' stamp='${stamp}'/>${END}`;
}

const FROM = /\sfrom='([^'/]*)/;

/** The bare address that a stanza of ours comes from, as written. */
export function senderOf(stanza: string): string {
  return FROM.exec(stanza.slice(0, stanza.indexOf('>')))?.[1] ?? '';
}
