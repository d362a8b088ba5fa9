import type { Archive, ArchiveEntry, ArchivePage, ArchiveQuery } from '../../store/store.js';
import type { XmlElement } from '../../xmpp/element.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import { type Jid, JidMalformedError, parseJid } from '../../xmpp/jid.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import {
  type ArchiveRequest,
  parseArchiveRequest,
} from '../../xmpp/xep/0313-message-archive-management/query.js';
import {
  archiveFinElement,
  archiveMetadataElement,
  renderArchiveResult,
} from '../../xmpp/xep/0313-message-archive-management/result.js';
import type { DomainContext, StanzaSink } from '../domain.js';
import type { IqRequest } from '../iq-router.js';

/** Where results go. */
export type ResultSink = Pick<StanzaSink, 'send' | 'congested' | 'drained'>;

/** What a query asks for, whoever asks and wherever. */
export type ArchiveFilter = Omit<ArchiveQuery, 'account' | 'room'>;

/**
 * Answers a query: the results are sent before (XEP-0313 §4). @param read undefined for an entry that is not there
 * @throws {StanzaError}
 */
export async function answerArchiveQuery(
  context: Pick<DomainContext, 'options'> & { readonly sink: ResultSink },
  request: Pick<IqRequest, 'from' | 'to' | 'payload'>,
  read: (filter: ArchiveFilter) => Promise<ArchivePage | undefined>,
): Promise<XmlElement> {
  const asked = parseArchiveRequest(request.payload);
  const { maxPage } = context.options.archive;
  if (asked.ids !== undefined && asked.ids.length > maxPage) throw new StanzaError('policy-violation');
  const author = authorOf(asked, request.to);
  if (author === 'nobody') return archiveFinElement({ count: 0, complete: true });
  const limit = Math.min(asked.page.max ?? maxPage, maxPage);
  const page = await read({ ...author, ...filterOf(asked), limit });
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

/** The oldest and the newest entry (XEP-0313 §5). Rejects with the store's error. */
export async function describeArchive(
  archive: Pick<Archive, 'page'>,
  whose: Pick<ArchiveQuery, 'account' | 'room'>,
): Promise<XmlElement> {
  const query = { ...whose, limit: 1 };
  const [oldest, newest] = await Promise.all([archive.page(query), archive.page({ ...query, before: '' })]);
  const start = oldest?.entries[0];
  const end = newest?.entries[0];
  return archiveMetadataElement(start && end && { start, end });
}

async function sendResults(
  { sink }: { readonly sink: ResultSink },
  { from, to }: Pick<IqRequest, 'from' | 'to'>,
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

/** The author: `with` is the room, which is no condition, or an occupant of it; of anybody else there is nothing here. */
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
