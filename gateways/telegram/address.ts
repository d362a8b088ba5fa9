import type { Address, AddressCodec } from '../../src/gateway/address.js';
import type { PeerId } from './client/model.js';
import { asContactId, asRoomId } from './ids.js';

/** 63 bits, as ids of Telegram are. */
const NUMBER = '[1-9]\\d{0,18}';
const PERSON = new RegExp(`^u${NUMBER}$`);
const ROOM = new RegExp(`^(g${NUMBER}|c${NUMBER})$`);
const TOPIC = new RegExp(`^(c${NUMBER})\\.([1-9]\\d{0,9})$`);
/** `tg://user?id=777`, as Telegram's programs write it for people without a name. */
const PERSON_LINK = new RegExp(`^tg://(?:user|openmessage)\\?(?:user_)?id=(${NUMBER})$`, 'i');
/** A link to a message of a private supergroup or channel: `t.me/c/456/12`, with a topic `t.me/c/456/12/34`. */
const CHAT_LINK = new RegExp(
  `^(?:https?://)?(?:www\\.)?(?:t|telegram)\\.me/c/(${NUMBER})(?:/\\d+){0,2}/?(?:\\?.*)?$`,
  'i',
);

/**
 * Local parts (E07): permanent numbers, whatever people and groups are called.
 *
 * | local part | stands for |
 * |---|---|
 * | `u777` | a person or a bot |
 * | `g123` | a basic group |
 * | `c456` | a supergroup, a forum or a channel |
 * | `c456.12` | the topic of a forum that begins with message 12 |
 *
 * There are no places. Usernames, telephone numbers and links with them change hands: they are only typed, and Telegram
 * is asked whose they are (`Session.resolveInput`, `people/typed-name.ts`).
 */
export class TelegramAddressCodec implements AddressCodec {
  parse(local: string): Address | undefined {
    if (PERSON.test(local)) return { kind: 'contact', id: asContactId(local as PeerId) };
    if (ROOM.test(local)) return { kind: 'room', id: asRoomId(local as PeerId) };
    const [, forum, topic] = TOPIC.exec(local) ?? [];
    return forum === undefined ? undefined : { kind: 'room', id: asRoomId(forum as PeerId, Number(topic)) };
  }

  format(address: Address): string {
    return address.id;
  }

  /** Takes addresses, and links that hold a number. */
  parseInput(input: string): Address | undefined {
    const text = input.trim();
    const person = PERSON_LINK.exec(text)?.[1];
    const chat = CHAT_LINK.exec(text)?.[1];
    return this.parse(
      person !== undefined ? `u${person}` : chat !== undefined ? `c${chat}` : text.toLowerCase(),
    );
  }
}
