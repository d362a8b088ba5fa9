import type { XmlElement } from '../../xmpp/element.js';
import { type Jid, JidMalformedError, parseJid } from '../../xmpp/jid.js';
import { parseReport } from '../../xmpp/xep/0377-spam-reporting/report.js';
import { admit } from '../account/policy.js';
import type { DomainContext } from '../domain.js';

/** Reports of spam and abuse that servers pass on: for the operator's log, without anybody's words (L02). */
export class AbuseReports {
  constructor(private readonly context: Pick<DomainContext, 'options' | 'log'>) {}

  /** Whether the message is a report; it is never answered. */
  receive(stanza: XmlElement, from: Jid): boolean {
    const report = parseReport(stanza);
    if (!report) return false;
    const { options, log } = this.context;
    if (admit(options, from) === 'allowed') {
      const fields = { reporter: from.bare, reported: this.#person(report.reported), reason: report.reason };
      log.warn(fields, 'somebody on the network is reported');
    }
    return true;
  }

  /** Only addresses here can be reported here. */
  #person(reported: string | undefined): string | undefined {
    try {
      const jid = parseJid(reported ?? '');
      return jid.domain === this.context.options.domain ? jid.bare : undefined;
    } catch (error) {
      if (error instanceof JidMalformedError) return undefined;
      throw error;
    }
  }
}
