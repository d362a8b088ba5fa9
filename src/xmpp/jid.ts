import { domainToASCII, domainToUnicode } from 'node:url';
import { nameprep, nodeprep, resourceprep, StringprepError } from './stringprep.js';

/** Octets of UTF-8 that one part of a JID may have (RFC 7622 §3.1). */
const MAX_PART_BYTES = 1023;

/** An address that is no JID; the message says which part is wrong, for logs, without quoting it. */
export class JidMalformedError extends Error {
  override readonly name = 'JidMalformedError';
}

// What preparation leaves as it is, so that it can be skipped.
const PREPARED_LOCAL = /^[!#-%(-.0-9;=?[-~]+$/;
const UPPER = /[A-Z]/;
const PREPARED_RESOURCE = /^[ -~]+$/;
const PREPARED_DOMAIN = /^(?!xn--)[a-z0-9_](?:[a-z0-9_-]*\.(?!xn--)[a-z0-9_]|[a-z0-9_-])*$/;
// Of ASCII only letters, digits, hyphen and (as many servers allow) underscore.
const LABEL_FORBIDDEN = /[ -,/:-^`{-~]/;
const IP_LITERAL = /^\[[0-9a-f:.]+\]$/;
const DOTS = /[.\u3002\uff0e\uff61]/;

function checkLength(part: string, what: string): string {
  if (part === '') throw new JidMalformedError(`empty ${what}`);
  if (part.length * 3 > MAX_PART_BYTES && Buffer.byteLength(part) > MAX_PART_BYTES) {
    throw new JidMalformedError(`${what} longer than ${MAX_PART_BYTES} bytes`);
  }
  return part;
}

function prepared(profile: (text: string) => string, part: string, what: string): string {
  // Preparation may shrink a text, but never so much that this is worth its time.
  if (part.length > MAX_PART_BYTES)
    throw new JidMalformedError(`${what} longer than ${MAX_PART_BYTES} bytes`);
  try {
    return profile(part);
  } catch (error) {
    if (error instanceof StringprepError) throw new JidMalformedError(`${what}: ${error.message}`);
    throw error;
  }
}

/** Prepares a local part by nodeprep. @throws {JidMalformedError} if it is empty, too long or not allowed */
export function prepareLocal(local: string): string {
  if (PREPARED_LOCAL.test(local) && !UPPER.test(local)) return checkLength(local, 'local part');
  return checkLength(prepared(nodeprep, local, 'local part'), 'local part');
}

/** Prepares a resource. @throws {JidMalformedError} if it is empty, too long or not allowed */
export function prepareResource(resource: string): string {
  if (PREPARED_RESOURCE.test(resource)) return checkLength(resource, 'resource');
  return checkLength(prepared(resourceprep, resource, 'resource'), 'resource');
}

/** One label of a domain as U-label, so that `xn--` and Unicode forms are one name (RFC 7622 §3.2). */
function uLabel(label: string): string {
  if (!label.startsWith('xn--')) return label;
  const unicode = domainToUnicode(label);
  if (unicode === '' || domainToASCII(unicode) !== label) throw new JidMalformedError('domain: bad A-label');
  // Where nameprep would fold two names into one (faß.de, fass.de), the A-label keeps them apart.
  return prepared(nameprep, unicode, 'domain') === unicode ? unicode : label;
}

/**
 * Prepares a domain: nameprep, A-labels (`xn--`) turned into U-labels, a final dot left out.
 * @throws {JidMalformedError} if it is empty, too long or not allowed
 */
export function prepareDomain(domain: string): string {
  if (PREPARED_DOMAIN.test(domain)) return checkLength(domain, 'domain');
  const lower = prepared(nameprep, domain, 'domain');
  if (IP_LITERAL.test(lower)) return checkLength(lower, 'domain');
  const labels = lower.split(DOTS);
  if (labels.length > 1 && labels.at(-1) === '') labels.pop();
  for (const [index, label] of labels.entries()) {
    if (label === '' || LABEL_FORBIDDEN.test(label)) {
      throw new JidMalformedError('domain: forbidden character or empty label');
    }
    labels[index] = uLabel(label);
  }
  return checkLength(labels.join('.'), 'domain');
}

/** A JID (RFC 7622) whose parts are prepared, so that equal addresses have equal strings. */
export class Jid {
  /** `local@domain`, or the domain alone. */
  readonly bare: string;
  /** The whole address; the same as {@link bare} when there is no resource. */
  readonly full: string;

  /** The parts must be prepared already, `''` where absent; use {@link parseJid} for text from outside. */
  constructor(
    readonly local: string,
    readonly domain: string,
    readonly resource: string,
  ) {
    this.bare = local === '' ? domain : `${local}@${domain}`;
    this.full = resource === '' ? this.bare : `${this.bare}/${resource}`;
  }

  /** The same address without resource. */
  toBare(): Jid {
    return this.resource === '' ? this : new Jid(this.local, this.domain, '');
  }

  /** The same bare address with this resource, which is prepared here. @throws {JidMalformedError} */
  withResource(resource: string): Jid {
    return new Jid(this.local, this.domain, prepareResource(resource));
  }

  /** The whole address. */
  toString(): string {
    return this.full;
  }
}

/** Parses and prepares an address from outside. @throws {JidMalformedError} */
export function parseJid(text: string): Jid {
  const slash = text.indexOf('/');
  const bare = slash < 0 ? text : text.slice(0, slash);
  const at = bare.indexOf('@');
  return new Jid(
    at < 0 ? '' : prepareLocal(bare.slice(0, at)),
    prepareDomain(bare.slice(at + 1)),
    slash < 0 ? '' : prepareResource(text.slice(slash + 1)),
  );
}

/**
 * The prepared domain of an address that is no JID only because its local part or resource cannot be prepared;
 * undefined for anything less. A server may hold such an address for valid, and then an answer may come from it.
 */
export function domainOfUnprepared(text: string): string | undefined {
  const slash = text.indexOf('/');
  const bare = slash < 0 ? text : text.slice(0, slash);
  const at = bare.indexOf('@');
  try {
    if (at >= 0) checkLength(bare.slice(0, at), 'local part');
    if (slash >= 0) checkLength(text.slice(slash + 1), 'resource');
    return prepareDomain(bare.slice(at + 1));
  } catch {
    return undefined;
  }
}

/** How many addresses a {@link JidCache} keeps by default. */
const DEFAULT_JID_CACHE_SIZE = 10_000;

/** Remembers the addresses parsed last, for the hot path. Malformed ones are not kept. */
export class JidCache {
  readonly #size: number;
  // Two generations instead of a strict LRU: no bookkeeping on a hit in the younger one.
  #young = new Map<string, Jid>();
  #old = new Map<string, Jid>();

  /** @param size addresses kept at most */
  constructor(size = DEFAULT_JID_CACHE_SIZE) {
    this.#size = Math.max(2, size);
  }

  /** As {@link parseJid}. @throws {JidMalformedError} */
  parse(text: string): Jid {
    const known = this.#young.get(text);
    if (known) return known;
    // Text cut from a chunk of the stream would keep the whole chunk in memory: keep a copy.
    const key = Buffer.from(text).toString();
    const jid = this.#old.get(text) ?? parseJid(key);
    if (this.#young.size >= this.#size / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, jid);
    return jid;
  }

  /** Addresses kept now. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
