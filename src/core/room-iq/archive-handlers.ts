import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { archiveFormResult } from '../../xmpp/xep/0313-message-archive-management/query.js';
import type { Account } from '../account/account.js';
import { admit } from '../account/policy.js';
import type { DomainContext } from '../domain.js';
import type { ArchiveReader } from '../history/archive-reader.js';
import type { IqAnswer, IqHandler, IqRequest } from '../iq-router.js';
import type { Rooms } from '../room/rooms.js';
import { answerArchiveQuery, describeArchive } from './archive-query.js';
import { roomOf } from './asker.js';

/** The archives of rooms (XEP-0313 §4-6; I16-I22); nothing where none is kept. */
export function archiveHandlers(
  context: DomainContext,
  rooms: Rooms,
  reader: Pick<ArchiveReader, 'page'>,
): readonly IqHandler[] {
  if (!context.options.archive.enabled) return [];
  return [
    {
      ns: NS.MAM,
      name: 'query',
      targets: ['room'],
      get: (request) => {
        readerOf(context, request);
        return archiveFormResult();
      },
      set: (request) => answerQuery(context, rooms, reader, request),
    },
    {
      ns: NS.MAM,
      name: 'metadata',
      targets: ['room'],
      get: (request) => describe(context, rooms, request),
    },
  ];
}

/**
 * Everybody reads what his own account has received, of rooms that exist and of those that do not (I21). Who has
 * no account has received nothing.
 */
function readerOf(context: DomainContext, { account, from }: IqRequest): Account {
  const { options } = context;
  const mayAsk = admit(options, from) === 'allowed' && (account?.registered || options.policy === 'open');
  if (!account || !mayAsk) throw new StanzaError('forbidden');
  return account;
}

async function answerQuery(
  context: DomainContext,
  rooms: Rooms,
  reader: Pick<ArchiveReader, 'page'>,
  request: IqRequest,
): Promise<IqAnswer> {
  const account = readerOf(context, request);
  const id = roomOf(request);
  return answerArchiveQuery(context, request, async (filter) => {
    const room = await rooms.keyOf(account, id);
    return reader.page(account, id, { account: account.record.id, room, ...filter });
  });
}

async function describe(context: DomainContext, rooms: Rooms, request: IqRequest): Promise<IqAnswer> {
  const account = readerOf(context, request);
  const room = await rooms.keyOf(account, roomOf(request));
  return describeArchive(context.store.archive, { account: account.record.id, room });
}
