/** A stanza that was not parsed. Nothing in the values is escaped: where it is, a stanza is not looked at so. */
export interface RawStanza {
  readonly name: 'message' | 'presence';
  readonly from: string;
  readonly to: string;
  /** Empty: none. */
  readonly type: string;
  /** XML between the tags; not checked. */
  readonly inside: string;
}

/** Where a stanza that was read so ends, and what it is. */
interface Found {
  readonly end: number;
  /** Undefined: it has to be parsed to be understood. */
  readonly stanza: RawStanza | undefined;
}

const ATTRIBUTE = String.raw`\s+[\w:.-]+\s*=\s*(?:'[^'<]*'|"[^"<]*")`;
const OPENING = new RegExp(`<(message|presence)((?:${ATTRIBUTE})*)\\s*(/?)>`, 'y');
const EACH_ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:'([^'<]*)'|"([^"<]*)")/g;
/** Comments, CDATA sections, processing instructions: how far they reach only a parser knows. */
const MARKUP = /<[!?]/;

/**
 * The stanza that begins at a place of a stream, without parsing it; undefined where it is not complete, or not so plain
 * that its end is beyond doubt. In well-formed XML `<` stands nowhere but in markup, and without comments and CDATA
 * sections the first end tag of the name ends it, if it is not opened again before.
 */
export function findStanza(text: string, at: number): Found | undefined {
  OPENING.lastIndex = at;
  const [head, name, attributes = '', empty] = OPENING.exec(text) ?? [];
  if (head === undefined || (name !== 'message' && name !== 'presence')) return undefined;
  const begin = at + head.length;
  if (empty === '/') return { end: begin, stanza: rawOf(name, attributes, '') };
  const closing = `</${name}>`;
  const close = text.indexOf(closing, begin);
  if (close < 0) return undefined;
  const inside = text.slice(begin, close);
  if (MARKUP.test(inside) || inside.includes(`<${name}`)) return undefined;
  return { end: close + closing.length, stanza: rawOf(name, attributes, inside) };
}

function rawOf(name: RawStanza['name'], attributes: string, inside: string): RawStanza | undefined {
  if (attributes.includes('&')) return undefined;
  const values = new Map<string, string>();
  for (const [, key = '', single, double] of attributes.matchAll(EACH_ATTRIBUTE))
    values.set(key, single ?? double ?? '');
  const { from, to, type } = { from: values.get('from'), to: values.get('to'), type: values.get('type') };
  if (from === undefined || to === undefined) return undefined;
  return { name, from, to, type: type ?? '', inside };
}
