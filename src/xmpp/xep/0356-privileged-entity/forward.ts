import { xmlAttr } from '../../escape-xml.js';
import { NS } from '../../namespace.js';
import type { Grant } from './grant.js';

/** A message that the server is to send in a user's name (XEP-0356 §5.3). */
export interface PrivilegedMessage {
  readonly ns: Grant['ns'];
  readonly id: string;
  /** Domain of the component. */
  readonly from: string;
  /** Domain of the server. */
  readonly to: string;
  /** The message as XML text, in the namespace `jabber:client` and from the bare JID of the user. */
  readonly message: string;
}

/** The stanza that asks for it. */
export function privilegedMessage({ ns, id, from, to, message }: PrivilegedMessage): string {
  return (
    `<message from='${xmlAttr(from)}' to='${xmlAttr(to)}' id='${xmlAttr(id)}'><privilege xmlns='${ns}'>` +
    `<forwarded xmlns='${NS.FORWARD}'>${message}</forwarded></privilege></message>`
  );
}
