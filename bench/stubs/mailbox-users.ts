// Users who bring a mailbox of their own. Own process.
import { serve } from '../harness/channel.js';
import { EMAIL_DOMAIN } from '../subjects/subject.js';
import { Correspondents, operationsOf } from './correspondents.js';
import { mailboxAddress, personAddress } from './mail-addresses.js';

serve(
  operationsOf(
    new Correspondents({
      domain: EMAIL_DOMAIN,
      fields: (user) => ({ address: mailboxAddress(user), password: 'bench' }),
      // XEP-0106
      person: (user, person) => personAddress(user, person).replace('@', '\\40'),
    }),
  ),
);
