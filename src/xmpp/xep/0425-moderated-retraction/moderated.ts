import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** XEP-0422, in which older versions of XEP-0425 wrap everything. */
const FASTEN = 'urn:xmpp:fasten:0';
/** XEP-0424 of that time. */
const RETRACT_0 = 'urn:xmpp:message-retract:0';

/** What a room tells of a message that a moderator has taken away. */
export interface ModeratedRetraction {
  /** The id that the room had given to the message (XEP-0359). */
  readonly id: string;
  /** The moderator's address in the room, where it is told. */
  readonly by?: string;
}

/**
 * Reads what a room itself tells (XEP-0425 §4), also as servers tell it that have an older version only, such as the
 * module of Prosody in Debian. Undefined: it is nothing of the kind. Pure.
 */
export function readModerated(message: XmlElement): ModeratedRetraction | undefined {
  const retract = message.child('retract', NS.RETRACT);
  const fastened = message.child('apply-to', FASTEN);
  const moderated =
    retract?.child('moderated', NS.MODERATE) ?? moderatedBefore(fastened?.child('moderated', NS.MODERATE_0));
  const { id } = (retract ?? fastened)?.attrs ?? {};
  if (!moderated || !id) return undefined;
  const { by } = moderated.attrs;
  return { id, ...(by && { by }) };
}

/** Other things than retractions can be moderated there. */
function moderatedBefore(element: XmlElement | undefined): XmlElement | undefined {
  return element?.child('retract', RETRACT_0) && element;
}

/** The payload of a moderator's request, in the version that a room knows. Pure. @param features of the room */
export function moderationPayload(id: string, features: ReadonlySet<string>): XmlElement {
  if (features.has(NS.MODERATE) || !features.has(NS.MODERATE_0))
    return el('moderate', NS.MODERATE, { id }, el('retract', NS.RETRACT));
  return el('apply-to', FASTEN, { id }, el('moderate', NS.MODERATE_0, null, el('retract', RETRACT_0)));
}
