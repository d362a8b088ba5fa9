import type { DoneStep } from '../../../src/gateway/form.js';
import type { AccountChange } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import type { MailUser } from '../conversation/mail-user.js';
import { chooseWay } from '../conversation/way.js';

/** Under which addresses the user is reached, and from which he writes to strangers. */
export async function showAddresses(user: MailUser): Promise<DoneStep<AccountChange>> {
  await user.ready;
  const { settings, ways } = user;
  const usual = chooseWay(ways, undefined, settings.sendFrom);
  const lines: Text[] = ways.map(({ kind, address }) =>
    kind === 'mailbox'
      ? { key: 'email-address-mailbox', args: { address } }
      : { key: 'email-address-domain', args: { address } },
  );
  return {
    kind: 'done',
    result: {},
    lines:
      usual === undefined
        ? [{ key: 'email-no-way' }]
        : [...lines, { key: 'email-address-usual', args: { address: usual.address } }],
  };
}
