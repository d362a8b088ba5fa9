import type { Address, AddressCodec } from '../../src/gateway/address.js';
import { asContactId, asRoomId } from './ids.js';
import { mailAddress } from './mail/mail-address.js';

/** A List-Id in lower case (RFC 2919 §2), without what no JID may hold. */
const LIST = /^#[a-z0-9!$%*+_.=?^`{|}~-]{1,250}$/;
/** SHA-256 of the participants, cut to 130 bits, in base32 (`conversation/`). */
const GROUP = /^![a-z2-7]{26}$/;

/**
 * Local parts (E04), unescaped:
 *
 * | local part | stands for |
 * |---|---|
 * | `joe.o'hara+x@example.org` | a person, by his address in its one form |
 * | `#dev.lists.example.org` | a mailing list, by its List-Id |
 * | `!4oymiquy7qobjgx36tejs35zeq` | a group, by its participants |
 *
 * There are no places. Nothing without an `@` is a person: nobody of the gateway's own users is addressed here.
 */
export class EmailAddressCodec implements AddressCodec {
  parse(local: string): Address | undefined {
    if (LIST.test(local) || GROUP.test(local)) return { kind: 'room', id: asRoomId(local) };
    const address = mailAddress(local);
    return address === undefined ? undefined : { kind: 'contact', id: asContactId(address) };
  }

  format(address: Address): string {
    return address.id;
  }

  /** Takes `mailto:` links without their headers, addresses with a name before them, and `user%domain`. */
  parseInput(input: string): Address | undefined {
    const text = input.trim();
    const linked = /^mailto:([^?]*)/i.exec(text)?.[1];
    if (linked !== undefined) return this.#person(decoded(linked));
    const named = /^[^<>]*<([^<>]*)>$/.exec(text)?.[1];
    return this.#person(named ?? text) ?? this.#person(text.replace('%', '@'));
  }

  #person(text: string): Address | undefined {
    const address = mailAddress(text.trim());
    return address === undefined ? undefined : { kind: 'contact', id: asContactId(address) };
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
