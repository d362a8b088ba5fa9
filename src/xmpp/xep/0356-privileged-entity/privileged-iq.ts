import { el, type XmlElement } from '../../element.js';
import { errorOf } from '../../iq.js';
import { NS } from '../../namespace.js';

/** A request that the server is to make in a user's name (XEP-0356 §6.3). */
export interface PrivilegedIq {
  readonly type: 'get' | 'set';
  /** Bare JID of the user, whose own server answers. */
  readonly user: string;
  readonly id: string;
  readonly payload: XmlElement;
}

/** The payload of the request to the user's bare address. */
export function privilegedIq({ type, user, id, payload }: PrivilegedIq): XmlElement {
  const inner = el('iq', NS.CLIENT, { type, from: user, to: user, id }, payload);
  return el('privileged_iq', NS.PRIVILEGE, null, inner);
}

/**
 * The answer that the server passes on, from its own result; undefined when there is none in it.
 * @throws {StanzaError} the error that the request met
 */
export function privilegedAnswer(result: XmlElement): XmlElement | undefined {
  const iq = result.child('privilege', NS.PRIVILEGE)?.child('forwarded', NS.FORWARD)?.child('iq', NS.CLIENT);
  if (iq?.attrs.type === 'error') throw errorOf(iq);
  return iq;
}
