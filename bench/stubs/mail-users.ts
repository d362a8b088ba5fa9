// Users who write mails from the gateway's own domain. Own process.
import { serve } from '../harness/channel.js';
import { EMAIL_DOMAIN } from '../subjects/subject.js';
import { Correspondents, operationsOf } from './correspondents.js';
import { personAddress, userName } from './mail-addresses.js';

serve(
  operationsOf(
    new Correspondents({
      domain: EMAIL_DOMAIN,
      fields: (user) => ({ local: userName(user) }),
      // XEP-0106
      person: (user, person) => personAddress(user, person).replace('@', '\\40'),
    }),
  ),
);
