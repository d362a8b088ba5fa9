import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import type { Place } from '../../servers/telegram/world/peers.js';
import { heardIn } from '../../servers/telegram/world/reading.js';
import { DOMAIN, type GatewayStage, ORCHARD } from './gateway-stage.js';
import type { Company } from './room-talk.js';

/** What Juliet has heard somewhere, oldest first. */
export function textsIn({ juliet }: Pick<Company, 'juliet'>, place: Place): readonly string[] {
  return heardIn(place, juliet.person)
    .map(({ text }) => text)
    .filter((text) => text !== '')
    .reverse();
}

/** Romeo gives the gateway commands and answers, one after the other; resolves with what it says to the last. */
export async function orders(stage: GatewayStage, ...words: readonly string[]): Promise<string> {
  let said = '';
  for (const word of words) {
    await stage.write(DOMAIN, `<body>${word}</body>`);
    const answer = await stage.next(
      ({ name, attrs }) => name === 'message' && attrs.from === DOMAIN && attrs.type === 'chat',
      `an answer to ${word}`,
      ORCHARD,
    );
    said = answer.childText('body') ?? '';
  }
  return said;
}

/** Romeo says something in a room; resolves with the stanza's id. */
export function say(stage: GatewayStage, room: string, body: string, more = ''): Promise<string> {
  return stage.write(room, `<body>${body}</body>${more}`, { type: 'groupchat' });
}

/** The id that a room has given to a message. */
export function idOf(stanza: XmlElement): string {
  return stanza.child('stanza-id', NS.SID)?.attrs.id ?? '';
}

/** Romeo changes what somebody is in a room (XEP-0045 §8-9). */
export function manage(stage: GatewayStage, room: string, item: string): Promise<XmlElement> {
  return stage.iq('set', room, `<query xmlns='${NS.MUC_ADMIN}'>${item}</query>`);
}

/** Condition of an error, and what it says. */
export function refusalOf(stanza: XmlElement): { readonly condition: string; readonly text: string } {
  const error = stanza.child('error');
  return {
    condition: error?.elements().find(({ name }) => name !== 'text')?.name ?? '',
    text:
      error
        ?.elements()
        .find(({ name }) => name === 'text')
        ?.text() ?? '',
  };
}

/** The error that a message has come back with. */
export function bounced(stage: GatewayStage, id: string): Promise<XmlElement> {
  return stage.next(
    ({ name, attrs }) => name === 'message' && attrs.id === id && attrs.type === 'error',
    `the error for ${id}`,
  );
}
