import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** The time in UTC (XEP-0202, XEP-0082); the zone is always `Z`, so that it tells nothing of the host. */
export function entityTimeResult(now: Date): XmlElement {
  return el(
    'time',
    NS.TIME,
    null,
    el('tzo', NS.TIME, null, '+00:00'),
    el('utc', NS.TIME, null, now.toISOString()),
  );
}
