// Users who write to people on Telegram. Own process.
import { serve } from '../harness/channel.js';
import { TELEGRAM_DOMAIN } from '../subjects/subject.js';
import { Correspondents, operationsOf } from './correspondents.js';
import { friendId } from './telegram-people.js';

serve(
  operationsOf(
    new Correspondents({
      domain: TELEGRAM_DOMAIN,
      // They are logged in already.
      fields: () => ({}),
      suggestions: true,
      person: (_user, person) => `u${friendId(person)}`,
    }),
  ),
);
