import type { ArchiveEntry, ArchiveQuery } from '../../store/store.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import { type Jid, JidMalformedError, parseJid } from '../../xmpp/jid.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import {
  type ArchiveRequest,
  archiveFormResult,
  parseArchiveRequest,
} from '../../xmpp/xep/0313-message-archive-management/query.js';
import {
  archiveFinElement,
  archiveMetadataElement,
  renderArchiveResult,
} from '../../xmpp/xep/0313-message-archive-management/result.js';
import type { Account } from '../account/account.js';
import { admit } from '../account/policy.js';
import type { DomainContext } from '../domain.js';
import type { ArchiveReader } from '../history/archive-reader.js';
import type { IqAnswer, IqHandler, IqRequest } from '../iq-router.js';
import type { Rooms } from '../room/rooms.js';
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
      get: (request) => describeArchive(context, rooms, request),
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
  const asked = parseArchiveRequest(request.payload);
  const { maxPage } = context.options.archive;
  if (asked.ids !== undefined && asked.ids.length > maxPage) throw new StanzaError('policy-violation');
  const author = authorOf(asked, request.to);
  if (author === 'nobody') return archiveFinElement({ count: 0, complete: true });
  const id = roomOf(request);
  const room = await rooms.keyOf(account, id);
  const page = await reader.page(account, id, {
    account: account.record.id,
    room,
    ...author,
    ...filterOf(asked),
    limit: Math.min(asked.page.max ?? maxPage, maxPage),
  });
  if (!page) throw new StanzaError('item-not-found');
  const { entries, complete, count } = page;
  await sendResults(context, request, asked, entries);
  const first = entries[0]?.id;
  const last = entries.at(-1)?.id;
  return archiveFinElement({
    count,
    complete,
    ...(first !== undefined && { first }),
    ...(last !== undefined && { last }),
  });
}

async function sendResults(
  { sink }: DomainContext,
  { from, to }: IqRequest,
  { flip, queryId }: ArchiveRequest,
  entries: readonly ArchiveEntry[],
): Promise<void> {
  if (sink.congested) await sink.drained();
  const roomAttr = xmlAttr(to.bare);
  const toAttr = xmlAttr(from.full);
  for (const entry of flip ? [...entries].reverse() : entries) {
    sink.send(renderArchiveResult(roomAttr, toAttr, queryId, entry));
  }
}

async function describeArchive(context: DomainContext, rooms: Rooms, request: IqRequest): Promise<IqAnswer> {
  const { archive } = context.store;
  const account = readerOf(context, request);
  const room = await rooms.keyOf(account, roomOf(request));
  const query = { account: account.record.id, room, limit: 1 };
  const [oldest, newest] = await Promise.all([archive.page(query), archive.page({ ...query, before: '' })]);
  const start = oldest?.entries[0];
  const end = newest?.entries[0];
  return archiveMetadataElement(start && end && { start, end });
}

function filterOf(asked: ArchiveRequest): Partial<ArchiveQuery> {
  const { start, end, beforeId, afterId, ids } = asked;
  const { after, before } = asked.page;
  return {
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(beforeId !== undefined && { beforeId }),
    ...(afterId !== undefined && { afterId }),
    ...(ids !== undefined && { ids }),
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
  };
}

/** `with` is the room, which is no condition, or an occupant of it; of anybody else there is nothing here. */
function authorOf(asked: ArchiveRequest, room: Jid): { readonly nick?: string } | 'nobody' {
  if (asked.with === undefined) return {};
  let jid: Jid;
  try {
    jid = parseJid(asked.with);
  } catch (error) {
    if (error instanceof JidMalformedError) throw new StanzaError('bad-request');
    throw error;
  }
  if (jid.bare !== room.bare) return 'nobody';
  return jid.resource === '' ? {} : { nick: jid.resource };
}
