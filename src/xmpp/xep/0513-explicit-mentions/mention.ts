import { xmlAttr } from '../../escape-xml.js';
import { NS } from '../../namespace.js';
import { codePoints } from '../0428-fallback-indication/fallback.js';

/**
 * Says that a message calls out to an occupant of the room (XEP-0513 §3.1), as XML text; where his name stands in the
 * body, that is pointed at, in code points (XEP-0426).
 */
export function renderMention(body: string, nick: string, occupantId: string): string {
  const at = nick === '' ? -1 : body.indexOf(nick);
  const begin = at < 0 ? undefined : codePoints(body.slice(0, at));
  const range = begin === undefined ? '' : ` begin='${begin}' end='${begin + codePoints(nick)}'`;
  return `<mention xmlns='${NS.MENTIONS}'${range} occupantid='${xmlAttr(occupantId)}'/>`;
}
