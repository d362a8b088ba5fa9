import { accountMethods } from './account.js';
import { authMethods } from './auth.js';
import { botMethods } from './bots.js';
import type { Method } from './call.js';
import { channelMethods } from './channels.js';
import { contactMethods } from './contacts.js';
import { dialogMethods } from './dialogs.js';
import { fileMethods } from './files.js';
import { forwardMethods } from './forwards.js';
import { fullMethods } from './full.js';
import { groupMethods } from './groups.js';
import { helpMethods } from './help.js';
import { historyMethods } from './history.js';
import { inviteMethods } from './invites.js';
import { messageMethods } from './messages.js';
import { oddMethods } from './odds.js';
import { participantMethods } from './participants.js';
import { passwordMethods } from './password.js';
import { photoMethods } from './photos.js';
import { pollMethods } from './polls.js';
import { qrMethods } from './qr.js';
import { reactionMethods } from './reactions.js';
import { readMethods } from './reads.js';
import { searchMethods } from './search.js';
import { topicMethods } from './topics.js';
import { updateMethods } from './updates.js';
import { usersMethods } from './users.js';

/** Everything that the server answers, by name of the request. */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  [
    ...[
      helpMethods,
      authMethods,
      passwordMethods,
      qrMethods,
      accountMethods,
      usersMethods,
      contactMethods,
      photoMethods,
      fileMethods,
    ],
    ...[messageMethods, forwardMethods, historyMethods, dialogMethods, searchMethods, readMethods],
    ...[reactionMethods, pollMethods, botMethods, groupMethods, channelMethods, fullMethods],
    ...[participantMethods, inviteMethods, topicMethods, updateMethods, oddMethods],
  ]
    .flat()
    .map((method) => [method.name, method]),
);
