import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** Asks for a foreign address (XEP-0100 §6.3): a short label, and what may be typed. */
export function gatewayPromptResult(label: string, description: string): XmlElement {
  return el(
    'query',
    NS.GATEWAY,
    null,
    el('desc', NS.GATEWAY, null, description),
    el('prompt', NS.GATEWAY, null, label),
  );
}

/** What the user typed; undefined when the query holds no prompt. */
export function gatewayPromptInput(query: XmlElement): string | undefined {
  return query.childText('prompt', NS.GATEWAY);
}

/** The address that the input stands for. */
export function gatewayJidResult(jid: string): XmlElement {
  return el('query', NS.GATEWAY, null, el('jid', NS.GATEWAY, null, jid));
}
