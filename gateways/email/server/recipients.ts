import type { AccountId } from '../../../src/gateway/ids.js';
import { domainOf, mailAddress } from '../mail/mail-address.js';
import type { AddressBook } from './addresses.js';
import type { BounceAddresses, SentMail } from './bounce-address.js';
import type { DomainOptions } from './options.js';
import { SmtpRefusal } from './refusal.js';
import { isOperatorName } from './reserved-names.js';

/** Whom a mail is for. */
export type Recipient =
  /** A user; `address` is how the mail names him, which may have a detail (`name+detail`). */
  | { readonly kind: 'user'; readonly account: AccountId; readonly address: string }
  /** A report on a mail that a user has sent. */
  | { readonly kind: 'report'; readonly sent: SentMail; readonly address: string }
  /** Whoever runs the domain, at an address elsewhere. */
  | { readonly kind: 'operator'; readonly to: string; readonly address: string };

/**
 * Decides on recipients before the mail is taken: who is not known here is refused at once, so that nothing has to be
 * sent back (no backscatter), and no other domain is ever taken (no open relay).
 */
export class Recipients {
  constructor(
    private readonly options: DomainOptions,
    private readonly addresses: AddressBook,
    private readonly bounces: BounceAddresses,
  ) {}

  /**
   * Whom an address of an envelope stands for. Rejects with SmtpRefusal when nobody; with another error when the store
   * is away.
   */
  async find(text: string): Promise<Recipient> {
    const { name, postmaster } = this.options;
    // RFC 5321 §4.5.1: also without a domain.
    const address = mailAddress(text.toLowerCase() === 'postmaster' ? `postmaster@${name}` : text);
    const domain =
      address === undefined ? text.slice(text.lastIndexOf('@') + 1).toLowerCase() : domainOf(address);
    if (domain !== name) throw new SmtpRefusal(550, '5.7.1 relaying denied');
    if (address === undefined) throw nobody();
    if (this.bounces.isBounceAddress(address)) {
      const sent = await this.bounces.mailOf(address);
      if (sent === undefined)
        throw new SmtpRefusal(550, '5.7.1 no mail of ours is waiting for a report there');
      return { kind: 'report', sent, address };
    }
    const account = await this.addresses.ownerOf(address);
    if (account !== undefined) return { kind: 'user', account, address };
    if (postmaster === undefined || !isOperatorName(address.slice(0, -name.length - 1))) throw nobody();
    if (domainOf(postmaster) !== name) return { kind: 'operator', to: postmaster, address };
    const operator = await this.addresses.ownerOf(postmaster);
    if (operator === undefined) throw nobody();
    return { kind: 'user', account: operator, address };
  }
}

function nobody(): SmtpRefusal {
  return new SmtpRefusal(550, '5.1.1 no such address here');
}
