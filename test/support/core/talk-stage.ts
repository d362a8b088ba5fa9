import type { InboundEvent } from '../../../src/gateway/event.js';
import type { ContactId, NetworkMessageId } from '../../../src/gateway/ids.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { EVERYTHING, MemoryMessaging, type MessagingAbilities } from '../memory-network/messaging.js';
import { DOMAIN, ROMEO, RoomStage, type RoomStageOptions } from './room-stage.js';

/** A person of the network. */
export const BOB = `bob@${DOMAIN}`;
export const bob = 'bob' as ContactId;

/** A registered user who is online, and a person whom he writes to. */
export class TalkStage extends RoomStage {
  readonly messaging: MemoryMessaging;

  private constructor(messaging: MemoryMessaging, options: RoomStageOptions) {
    super({ ...options, network: { ...options.network, messaging } });
    this.messaging = messaging;
  }

  static async start(
    abilities: MessagingAbilities = EVERYTHING,
    options: RoomStageOptions = {},
  ): Promise<TalkStage> {
    const stage = new TalkStage(new MemoryMessaging(abilities), options);
    stage.world.person('bob');
    await stage.result('get', ROMEO, DOMAIN, `<query xmlns='${NS.REGISTER}'/>`);
    await stage.ask(
      'set',
      ROMEO,
      DOMAIN,
      `<query xmlns='${NS.REGISTER}'><nick>Romeo</nick><password>secret</password></query>`,
    );
    await stage.receive(`<presence from='${ROMEO}' to='${DOMAIN}'/>`);
    stage.take();
    return stage;
  }

  /** Romeo writes to Bob; returns what comes back. */
  async write(children: string, id = 'm1', attrs = "type='chat'"): Promise<XmlElement[]> {
    await this.receive(`<message from='${ROMEO}' to='${BOB}' id='${id}' ${attrs}>${children}</message>`);
    return this.take();
  }

  /** Bob, or Romeo's other device, does something; returns what is sent. */
  async hear(event: InboundEvent): Promise<XmlElement[]> {
    await this.observe(0, event);
    return this.take();
  }

  /** Bob writes; returns the stanza's id in XMPP and the network's. */
  async told(text: string): Promise<{ readonly xmpp: string; readonly network: NetworkMessageId }> {
    const network = this.messaging.nextId();
    const [stanza] = await this.hear({
      type: 'direct-message',
      from: bob,
      nick: 'Bob',
      text,
      style: 'text',
      id: network,
    });
    return { xmpp: stanza?.attrs.id ?? '', network };
  }
}
