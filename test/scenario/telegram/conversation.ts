import type { XmlElement } from '../../../src/xmpp/element.js';
import type { TelegramServer } from '../../servers/telegram/telegram-server.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import { GatewayStage, type GatewayStageOptions } from '../../support/telegram/gateway-stage.js';

/** Two who talk: Romeo with an XMPP client, Juliet on her telephone. */
export interface Conversation {
  readonly stage: GatewayStage;
  readonly server: TelegramServer;
  /** As his own telephone has him. */
  readonly romeo: ScriptedPerson;
  readonly juliet: ScriptedPerson;
  /** Juliet's JID. */
  readonly her: string;
}

/** Both know each other; Romeo is logged in, after what has happened `before`. */
export async function conversation(
  options: GatewayStageOptions = {},
  before?: (people: Pick<Conversation, 'romeo' | 'juliet' | 'server'>) => void,
): Promise<Conversation> {
  const stage = await GatewayStage.start(options);
  const { server } = stage;
  const romeo = server.person('Romeo', { phone: '491701234567' });
  const juliet = server.person('Juliet', { phone: '491707654321', username: 'juliet' });
  romeo.knows(juliet);
  juliet.knows(romeo);
  before?.({ romeo, juliet, server });
  await stage.login(romeo);
  return { stage, server, romeo, juliet, her: stage.jid(juliet) };
}

/** A message that the user's client gets, in short. */
export function bodyOf(stanza: XmlElement): string | undefined {
  return stanza.childText('body');
}
