import { xmlAttr } from '../../escape-xml.js';
import { NS } from '../../namespace.js';

/** Takes the message `id` back (XEP-0424 §3), as XML text; `inside` are children as XML text. */
export function renderRetract(id: string, inside = ''): string {
  const head = `<retract xmlns='${NS.RETRACT}' id='${xmlAttr(id)}'`;
  return inside === '' ? `${head}/>` : `${head}>${inside}</retract>`;
}

/** What an archive keeps of a message that was taken back (XEP-0424 §4). */
export interface Tombstone {
  /** `id` of the stanza that took it back. */
  readonly retraction: string;
  /** UTC milliseconds. */
  readonly time: number;
  /** Children as XML text. */
  readonly inside?: string;
}

/** The tombstone as XML text. */
export function renderRetracted({ retraction, time, inside = '' }: Tombstone): string {
  const stamp = new Date(time).toISOString();
  return `<retracted xmlns='${NS.RETRACT}' id='${xmlAttr(retraction)}' stamp='${stamp}'>${inside}</retracted>`;
}
