// Users who write to telephones. Own process.
import { serve } from '../harness/channel.js';
import { SMS_DOMAIN } from '../subjects/subject.js';
import { Correspondents, operationsOf } from './correspondents.js';
import { personNumber } from './numbers.js';

serve(
  operationsOf(
    new Correspondents({
      domain: SMS_DOMAIN,
      fields: () => ({ way: 'gateway', country: 'US' }),
      person: personNumber,
    }),
  ),
);
