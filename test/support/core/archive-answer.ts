import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';

/** What a query of an archive came to. */
export interface ArchiveAnswer {
  readonly bodies: readonly string[];
  readonly ids: readonly string[];
  readonly times: readonly number[];
  readonly complete: boolean;
}

/** What the answer to a query says. */
export function answerOf(sent: readonly XmlElement[]): ArchiveAnswer {
  const results = sent.flatMap((stanza) => stanza.child('result', NS.MAM) ?? []);
  const forwarded = results.map((one) => one.child('forwarded', NS.FORWARD));
  const fin = sent.findLast(({ name }) => name === 'iq')?.child('fin', NS.MAM);
  return {
    bodies: forwarded.map(
      (one) => one?.child('message', NS.CLIENT)?.childText('body', NS.CLIENT) ?? '(no body)',
    ),
    ids: results.map(({ attrs }) => attrs.id ?? ''),
    times: forwarded.map((one) => Date.parse(one?.child('delay', NS.DELAY)?.attrs.stamp ?? '')),
    complete: fin?.attrs.complete === 'true',
  };
}
