import type { XmlElement } from '@xmpp/client';

/** Which stanza is meant: every key given must agree. */
export interface StanzaPattern {
  readonly name?: 'message' | 'presence' | 'iq';
  /** `type` attribute; `null` for a stanza without one. */
  readonly type?: string | null;
  readonly from?: string | RegExp;
  readonly to?: string | RegExp;
  readonly id?: string;
  /** Text of the `body` child. */
  readonly body?: string | RegExp;
  /** Text of the `subject` child. */
  readonly subject?: string | RegExp;
  /** A direct child: its name, or its name and namespace. */
  readonly child?: string | readonly [name: string, xmlns: string];
  /** A status code of XEP-0045 that must be there. */
  readonly status?: string;
}

/** A stanza by pattern or by predicate. */
export type StanzaMatcher = StanzaPattern | ((stanza: XmlElement) => boolean);

/** Namespace of XEP-0045's extensions for occupants. */
export const MUC_USER = 'http://jabber.org/protocol/muc#user';

/** The predicate that a matcher stands for. */
export function toPredicate(matcher: StanzaMatcher): (stanza: XmlElement) => boolean {
  if (typeof matcher === 'function') return matcher;
  return (stanza) =>
    (matcher.name === undefined || stanza.name === matcher.name) &&
    (matcher.type === undefined || (stanza.attrs.type ?? null) === matcher.type) &&
    textAgrees(matcher.from, stanza.attrs.from) &&
    textAgrees(matcher.to, stanza.attrs.to) &&
    textAgrees(matcher.id, stanza.attrs.id) &&
    textAgrees(matcher.body, stanza.getChildText('body')) &&
    textAgrees(matcher.subject, stanza.getChildText('subject')) &&
    childAgrees(matcher.child, stanza) &&
    (matcher.status === undefined || statusCodes(stanza).includes(matcher.status));
}

/** The XEP-0045 status codes of a stanza, in order. */
export function statusCodes(stanza: XmlElement): string[] {
  const extension = stanza.getChild('x', MUC_USER);
  return extension?.getChildren('status').flatMap((status) => status.attrs.code ?? []) ?? [];
}

/** The defined condition of a stanza's error (RFC 6120 8.3.3), or undefined when it is no error. */
export function errorCondition(stanza: XmlElement): string | undefined {
  const children = stanza.getChild('error')?.getChildElements() ?? [];
  return children.find((child) => child.name !== 'text')?.name;
}

function textAgrees(expected: string | RegExp | undefined, actual: string | null | undefined): boolean {
  if (expected === undefined) return true;
  if (actual === null || actual === undefined) return false;
  return typeof expected === 'string' ? actual === expected : expected.test(actual);
}

function childAgrees(expected: StanzaPattern['child'], stanza: XmlElement): boolean {
  if (expected === undefined) return true;
  const [name, xmlns] = typeof expected === 'string' ? [expected, undefined] : expected;
  return stanza.getChildElements().some((child) => child.is(name, xmlns));
}
