import { v7 as uuidv7 } from 'uuid';
import type { Text } from '../../gateway/text.js';
import { xmlAttr, xmlText } from '../../xmpp/escape-xml.js';
import type { Translator } from '../translator.js';

/** What word to the operators needs of the world. */
export interface OperatorServices {
  /** The relays' own domain, which the words come from. */
  readonly domain: string;
  readonly translator: Translator;
  readonly language: string;
  /** Bare JIDs. */
  operators(): Iterable<string>;
  send(xml: string): void;
}

/** Tells those who run the gateway what only they can mend. */
export class Operators {
  constructor(private readonly services: OperatorServices) {}

  /** Never throws. */
  tell(text: Text): void {
    const { domain, operators, send } = this.services;
    const body = xmlText(this.say(text));
    for (const operator of operators())
      send(
        `<message from='${xmlAttr(domain)}' to='${xmlAttr(operator)}' type='chat' id='${uuidv7()}'><body>${body}</body></message>`,
      );
  }

  /** A sentence as they read it, to stand in another one. */
  say(text: Text): string {
    return this.services.translator.say(text, this.services.language);
  }
}
