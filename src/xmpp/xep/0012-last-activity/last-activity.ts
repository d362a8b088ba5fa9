import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** Seconds of inactivity, or of uptime for a service (XEP-0012 §3, §5); `status` is the last status text. */
export function lastActivityResult(seconds: number, status?: string): XmlElement {
  return el('query', NS.LAST, { seconds: Math.max(0, Math.floor(seconds)) }, status);
}
