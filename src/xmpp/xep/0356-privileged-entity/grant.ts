import type { XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** What may be done with a kind of stanza: read, written, both. */
export type Access = 'none' | 'get' | 'set' | 'both';

/** What a server lets a component do (XEP-0356 §4-7). */
export interface Grant {
  /** Version of the specification that the server speaks; its messages are wrapped in the same. */
  readonly ns: typeof NS.PRIVILEGE | typeof NS.PRIVILEGE_1;
  readonly roster: Access;
  /** Whether messages may be sent in the name of users. */
  readonly message: boolean;
  /** Namespaces of requests in a user's name (§6). */
  readonly iq: ReadonlyMap<string, Access>;
}

const ACCESS: ReadonlySet<string> = new Set(['get', 'set', 'both']);

/** Namespaces read from one grant at most. */
const NAMESPACES_MAX = 100;

/** Reads the message in which a server grants; undefined for any other. What it does not name is not granted. */
export function readGrant(message: XmlElement): Grant | undefined {
  const privilege = message.child('privilege', NS.PRIVILEGE) ?? message.child('privilege', NS.PRIVILEGE_1);
  if (!privilege) return undefined;
  let roster: Access = 'none';
  let outgoing = false;
  const iq = new Map<string, Access>();
  for (const perm of privilege.childrenNamed('perm')) {
    const { access, type } = perm.attrs;
    if (access === 'roster') roster = accessOf(type);
    else if (access === 'message') outgoing = type === 'outgoing';
    else if (access === 'iq') readNamespaces(perm, iq);
  }
  const ns = privilege.ns === NS.PRIVILEGE_1 ? NS.PRIVILEGE_1 : NS.PRIVILEGE;
  return { ns, roster, message: outgoing, iq };
}

/** Prosody's module nests each namespace in the one before it instead of beside it. */
function readNamespaces(parent: XmlElement, into: Map<string, Access>): void {
  const open = [parent];
  for (let element = open.pop(); element && into.size < NAMESPACES_MAX; element = open.pop()) {
    for (const child of element.childrenNamed('namespace')) {
      if (child.attrs.ns !== undefined) into.set(child.attrs.ns, accessOf(child.attrs.type));
      open.push(child);
    }
  }
}

function accessOf(type: string | undefined): Access {
  return type !== undefined && ACCESS.has(type) ? (type as Access) : 'none';
}
