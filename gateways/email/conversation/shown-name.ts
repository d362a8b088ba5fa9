import { mailAddress } from '../mail/mail-address.js';

/** Characters of a name. */
const LONGEST = 80;
/** Controls, what turns the direction of text around, and what cannot be seen. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\u2800]+/gu;
/** Something that reads as an address, also with the `@` of other scripts. */
const ADDRESS = /[^\s<>()"']+[@＠﹫][^\s<>()"']+/gu;

/** An address with the name that somebody has given with it. */
interface Named {
  readonly address: string;
  readonly name?: string | undefined;
}

/**
 * How a person is called. A name that holds another address than his own would have him taken for somebody else
 * (S22): then it is shown with his own. Without a name his address.
 */
export function shownName({ address, name }: Named): string {
  const clean = (name ?? '').normalize('NFC').replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim();
  const text = unquoted(clean);
  if (!/[\p{L}\p{N}]/u.test(text)) return address;
  const cut = [...text].slice(0, LONGEST).join('');
  const claimed = cut.match(ADDRESS) ?? [];
  const others = claimed.filter((other) => mailAddress(other.normalize('NFKC')) !== address);
  if (others.length > 0) return `${cut} <${address}>`;
  // A name that is his own address is no name.
  return claimed.length > 0 && mailAddress(cut) === address ? address : cut;
}

/** Some programs quote names twice. */
function unquoted(name: string): string {
  return /^(['"]).*\1$/.test(name) ? name.slice(1, -1).trim() : name;
}
