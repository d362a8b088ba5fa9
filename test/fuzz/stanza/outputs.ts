import { serialize, type XmlElement } from '../../../src/xmpp/element.js';
import { domainOfUnprepared } from '../../../src/xmpp/jid.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { StanzaParser } from '../../../src/xmpp/stream/parser.js';
import { DOMAIN } from '../domain-parts.js';

const HEADER = `<stream:stream xmlns='${NS.COMPONENT}' xmlns:stream='${NS.STREAM}' id='1'>`;
const STANZAS: ReadonlySet<string> = new Set(['message', 'presence', 'iq']);

/** What is wrong with the stanzas that went out, in words; empty when nothing is. */
export function complaints(received: readonly XmlElement[], sent: readonly string[]): string[] {
  const found: string[] = [];
  const out = sent.flatMap((xml) => {
    const { stanza, complaint } = read(xml);
    if (complaint !== undefined) found.push(`${complaint}: ${xml}`);
    return stanza === undefined ? [] : [stanza];
  });
  return [...found, ...answerComplaints(received, out)];
}

/** One string is one well-formed stanza with both addresses, from our domain (A03, S08, S09). */
function read(xml: string): { readonly stanza?: XmlElement; readonly complaint?: string } {
  const stanzas: XmlElement[] = [];
  const parser = new StanzaParser({
    streamOpen: () => undefined,
    element: (element) => stanzas.push(element),
    streamClose: () => stanzas.push(...stanzas),
  });
  const fault = parser.write(Buffer.from(HEADER + xml));
  if (fault !== undefined) return { complaint: `not well-formed (${fault.message})` };
  const [stanza] = stanzas;
  if (stanza === undefined || stanzas.length > 1) return { complaint: `${stanzas.length} elements` };
  return { stanza, ...complaintAbout(stanza) };
}

function complaintAbout(stanza: XmlElement): { readonly complaint?: string } {
  if (!STANZAS.has(stanza.name) || stanza.ns !== NS.COMPONENT) return { complaint: 'no stanza' };
  const { from, to, type } = stanza.attrs;
  if (from === undefined || to === undefined || to === '') return { complaint: 'an address is missing' };
  if (domainOf(from) !== DOMAIN) return { complaint: 'from is not of our domain' };
  if (domainOf(to) === DOMAIN) return { complaint: 'it is for ourselves' };
  const errors = stanza.elements().filter(({ name, ns }) => name === 'error' && ns === NS.COMPONENT);
  if ((type === 'error') !== (errors.length === 1)) return { complaint: 'type and error do not agree' };
  return {};
}

/** At most one answer for each request, none for an answer (A05, A07, A08). */
function answerComplaints(received: readonly XmlElement[], out: readonly XmlElement[]): string[] {
  const requests = new Map<string, number>();
  const refusable = new Map<string, number>();
  for (const { name, attrs } of received) {
    const key = keyOf(attrs.id, attrs.from, attrs.to);
    if (name === 'iq' && attrs.type !== 'result' && attrs.type !== 'error') add(requests, key);
    if (attrs.type !== 'error') add(refusable, `${name} ${attrs.id} ${bare(attrs.from)}`);
  }
  const found: string[] = [];
  for (const stanza of out) {
    const { name, attrs } = stanza;
    if (name === 'iq' && (attrs.type === 'result' || attrs.type === 'error')) {
      if (!take(requests, keyOf(attrs.id, attrs.to, attrs.from)))
        found.push(`an answer too many: ${serialize(stanza, NS.COMPONENT)}`);
    } else if (name === 'message' && attrs.type === 'error') {
      if (!take(refusable, `message ${attrs.id} ${bare(attrs.to)}`))
        found.push(`an error for nothing that may be refused: ${serialize(stanza, NS.COMPONENT)}`);
    }
  }
  return found;
}

/** Requests that got no answer although their sender and receiver could be read (A05). */
export function unanswered(received: readonly XmlElement[], sent: readonly string[]): string[] {
  const answers = new Map<string, number>();
  for (const xml of sent) {
    const { stanza } = read(xml);
    if (stanza?.name === 'iq') add(answers, keyOf(stanza.attrs.id, stanza.attrs.to, stanza.attrs.from));
  }
  return received.flatMap((stanza) => {
    const { from, to, type, id } = stanza.attrs;
    if (stanza.name !== 'iq' || stanza.ns !== NS.COMPONENT || (type !== 'get' && type !== 'set')) return [];
    if (domainOf(from) === undefined || domainOf(from) === DOMAIN || domainOf(to) !== DOMAIN) return [];
    return take(answers, keyOf(id, from, to)) ? [] : [`no answer: ${serialize(stanza, NS.COMPONENT)}`];
  });
}

const keyOf = (id = '', from = '', to = ''): string => JSON.stringify([id, from, to]);
const bare = (jid = ''): string => jid.replace(/\/.*$/s, '');

function domainOf(jid = ''): string | undefined {
  return domainOfUnprepared(jid);
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function take(counts: Map<string, number>, key: string): boolean {
  const left = counts.get(key) ?? 0;
  counts.set(key, left - 1);
  return left > 0;
}
