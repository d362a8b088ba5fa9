import type { XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** Where servers put the address that a report is of, when they pass one on. */
const JID = 'urn:xmpp:jid:0';

const REASONS: Readonly<Record<string, 'spam' | 'abuse'>> = {
  'urn:xmpp:reporting:spam': 'spam',
  'urn:xmpp:reporting:abuse': 'abuse',
};

/** A report that a server passes on to where the reported messages came from (XEP-0377 §5). Words in it are left out. */
export interface Report {
  readonly reason: 'spam' | 'abuse' | 'other';
  /** Address as written; unchecked. */
  readonly reported: string | undefined;
}

/** Reads the report of a message; undefined when there is none. */
export function parseReport(message: XmlElement): Report | undefined {
  const report = message.child('report', NS.REPORTING);
  if (!report) return undefined;
  const { reason = '' } = report.attrs;
  return {
    reason: (Object.hasOwn(REASONS, reason) && REASONS[reason]) || 'other',
    reported: report.childText('jid', JID),
  };
}
