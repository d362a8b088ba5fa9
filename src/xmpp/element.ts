import { xmlAttr, xmlText } from './escape-xml.js';

/** A child of an element: another element, or character data (unescaped). */
export type XmlNode = XmlElement | string;

/** The attributes of an element by qualified name (`id`, `xml:lang`); the object has no prototype. */
export type XmlAttributes = Record<string, string>;

/**
 * One XML element with its namespace resolved.
 *
 * Namespace declarations are not among the attributes, and neither are attributes with a prefix other than
 * `xml`: no XMPP extension uses them, and writing one out again without its declaration would end the stream.
 */
export class XmlElement {
  /** @param name local name; @param ns namespace, `''` for none; @param attrs an object without prototype */
  constructor(
    readonly name: string,
    readonly ns: string,
    readonly attrs: XmlAttributes,
    readonly children: XmlNode[],
  ) {}

  /** The first child element of this name (and namespace, if one is given). */
  child(name: string, ns?: string): XmlElement | undefined {
    for (const node of this.children) {
      if (typeof node !== 'string' && node.name === name && (ns === undefined || node.ns === ns)) return node;
    }
    return undefined;
  }

  /** All child elements, without the character data. */
  elements(): XmlElement[] {
    const found: XmlElement[] = [];
    for (const node of this.children) if (typeof node !== 'string') found.push(node);
    return found;
  }

  /** All child elements of this name (and namespace, if one is given). */
  childrenNamed(name: string, ns?: string): XmlElement[] {
    const found: XmlElement[] = [];
    for (const node of this.children) {
      if (typeof node !== 'string' && node.name === name && (ns === undefined || node.ns === ns))
        found.push(node);
    }
    return found;
  }

  /** The element's own character data, joined; text of descendants is not included. */
  text(): string {
    const { children } = this;
    const first = children[0];
    if (children.length === 1 && typeof first === 'string') return first;
    let text = '';
    for (const node of children) if (typeof node === 'string') text += node;
    return text;
  }

  /** The {@link text} of the first child of this name, or undefined when there is no such child. */
  childText(name: string, ns?: string): string | undefined {
    return this.child(name, ns)?.text();
  }

  /** As XML; `parentNs` is the default namespace in force where it will be placed. */
  toString(parentNs = ''): string {
    return serialize(this, parentNs);
  }
}

/** What may be given to {@link el} as a child; undefined, null and false are left out. */
export type ElementChild = XmlNode | undefined | null | false;

/** Builds an element; attributes with the value undefined are left out, numbers are written in decimal. */
export function el(
  name: string,
  ns: string,
  attrs?: Record<string, string | number | undefined> | null,
  ...children: ElementChild[]
): XmlElement {
  const kept: XmlAttributes = Object.create(null);
  if (attrs) {
    for (const key of Object.keys(attrs)) {
      const value = attrs[key];
      if (value !== undefined) kept[key] = typeof value === 'string' ? value : String(value);
    }
  }
  const nodes: XmlNode[] = [];
  for (const node of children) {
    if (node !== undefined && node !== null && node !== false) nodes.push(node);
  }
  return new XmlElement(name, ns, kept, nodes);
}

/**
 * Serialises an element, declaring its namespace where it differs from `parentNs` (default: the stanzas'
 * own, which is written as no declaration when the element has the parent's namespace).
 */
export function serialize(element: XmlElement, parentNs = ''): string {
  const { name, ns, attrs, children } = element;
  let out = `<${name}`;
  if (ns !== parentNs) out += ` xmlns='${xmlAttr(ns)}'`;
  for (const key in attrs) out += ` ${key}='${xmlAttr(attrs[key] ?? '')}'`;
  if (children.length === 0) return `${out}/>`;
  out += '>';
  for (const node of children) out += typeof node === 'string' ? xmlText(node) : serialize(node, ns);
  return `${out}</${name}>`;
}
