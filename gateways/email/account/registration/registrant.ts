import { GatewayError } from '../../../../src/gateway/error.js';
import type { FormStep, Step } from '../../../../src/gateway/form.js';
import type { AccountChange, AccountView, UserView } from '../../../../src/gateway/gateway.js';
import type { Text } from '../../../../src/gateway/text.js';
import type { EmailContext } from '../../context.js';
import type { MailboxSettings } from '../settings.js';

/** What registration needs of the gateway. */
export type RegistrationContext = Pick<EmailContext, 'options' | 'environment' | 'accounts' | 'addresses'>;

/** Logins that may still be tried in one registration, over all its stages. */
export class Tries {
  constructor(private left: number) {}

  /** @throws {GatewayError} `limit` when there are none left: guessing ends here */
  take(): void {
    if (this.left === 0) throw new GatewayError('limit', { key: 'email-too-many-tries' });
    this.left -= 1;
  }
}

/** A registration under way: who, and what is settled already. */
export interface Registrant {
  readonly context: RegistrationContext;
  readonly account: AccountView | undefined;
  readonly user: UserView;
  /** Of the gateway's domain; undefined: none wanted. */
  readonly domainAddress: string | undefined;
  readonly name: string | undefined;
  readonly tries: Tries;
  /** The first form again, with what is wrong. */
  again(problem: Text): FormStep<AccountChange>;
}

/** The end: everything that registration decides is written anew, what commands have set stays. */
export function finished(
  { account, domainAddress, name }: Registrant,
  mailbox: MailboxSettings | undefined,
  secrets: Readonly<Record<string, string>>,
): Step<AccountChange> {
  const { mailbox: _mailbox, domainAddress: _address, name: _name, ...kept } = account?.settings ?? {};
  const settings = {
    ...kept,
    ...(mailbox && { mailbox }),
    ...(domainAddress !== undefined && { domainAddress }),
    ...(name !== undefined && { name }),
  };
  return {
    kind: 'done',
    result: { settings, secrets },
    lines: [
      ...(mailbox
        ? [
            {
              key: 'email-registered-mailbox',
              args: { address: mailbox.address, imap: mailbox.imap.host, smtp: mailbox.smtp.host },
            },
          ]
        : []),
      ...(domainAddress === undefined
        ? []
        : [{ key: 'email-registered-domain', args: { address: domainAddress } }]),
    ],
  };
}
