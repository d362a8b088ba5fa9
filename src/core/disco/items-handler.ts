import type { PlaceId } from '../../gateway/ids.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { type DiscoItem, discoItemsResult } from '../../xmpp/xep/0030-service-discovery/disco.js';
import { parsePageRequest } from '../../xmpp/xep/0059-result-set-management/result-set.js';
import { slicePage } from '../../xmpp/xep/0059-result-set-management/slice.js';
import { admit } from '../account/policy.js';
import { callerOf } from '../command/caller.js';
import type { CommandCatalogue } from '../command/catalogue.js';
import type { IqAnswer, IqHandler, IqRequest } from '../iq-router.js';
import { findJid } from '../service/address.js';
import type { ServiceContext } from '../service/service-context.js';
import { roomListResult, withoutSlash } from './room-list.js';

/** Rooms and places in one answer, so that it stays far below what servers take in a stanza (S11). */
const MAX_ITEMS_PER_PAGE = 200;

/** disco#items on the gateway, parts of the network, people and the list of commands (B05-B07, B11). */
export function discoItemsHandler(context: ServiceContext, catalogue: CommandCatalogue): IqHandler {
  return {
    ns: NS.DISCO_ITEMS,
    name: 'query',
    targets: ['service', 'place', 'contact'],
    get: (request) => {
      const { target, payload, account } = request;
      const { node } = payload.attrs;
      if (target.kind === 'contact') {
        if (!account) throw new StanzaError('service-unavailable');
        if (node !== undefined) throw new StanzaError('item-not-found');
        return discoItemsResult([]);
      }
      if (node === NS.COMMANDS) return commandItems(context, catalogue, request);
      if (node !== undefined) return itemsOfCommand(catalogue, request, node);
      return target.kind === 'place' ? roomsOfPlace(context, request, target.id) : ownItems(context, request);
    },
  };
}

function commandItems(context: ServiceContext, catalogue: CommandCatalogue, request: IqRequest): IqAnswer {
  const items = catalogue.list(callerOf(request)).map(({ node, title }) => ({
    jid: request.to.bare,
    node,
    name: context.translator.say(title, request.language),
  }));
  return discoItemsResult(items, NS.COMMANDS);
}

/** A command has no items (XEP-0050 §2.2); any other node does not exist. */
function itemsOfCommand(catalogue: CommandCatalogue, request: IqRequest, node: string): IqAnswer {
  const caller = callerOf(request);
  const command = catalogue.byNode(node, caller);
  if (!command || !catalogue.allows(command, caller)) throw new StanzaError('item-not-found');
  return discoItemsResult([], node);
}

/** Rooms of the domain itself; the user's own and the parts of the network he is connected to, nothing of these for a stranger (B06). */
function ownItems(context: ServiceContext, request: IqRequest): IqAnswer {
  const { payload } = request;
  const hosted = admit(context.options, request.from) === 'allowed' ? (context.hosted?.items() ?? []) : [];
  const items = [...hosted, ...itemsOfAccount(context, request)];
  const asked = parsePageRequest(payload);
  if (!asked && items.length <= MAX_ITEMS_PER_PAGE) return discoItemsResult(items);
  // Pages fit together while rooms come and go, where the order is that of the addresses.
  items.sort((one, other) => (one.jid < other.jid ? -1 : 1));
  const page = slicePage(items, ({ jid }) => jid, asked ?? {}, MAX_ITEMS_PER_PAGE);
  return discoItemsResult(page.items, undefined, page.set);
}

function itemsOfAccount(context: ServiceContext, { account }: IqRequest): readonly DiscoItem[] {
  if (!account) return [];
  const { gateway, faces } = context;
  const places = new Set<PlaceId>();
  for (const { place } of context.sessions.get(account)?.states() ?? [])
    if (place !== undefined) places.add(place);
  const rooms = new Set([...account.rooms.keys(), ...faces.listed(account)]);
  return [
    ...[...places].map((id) => ({ kind: 'place', id }) as const),
    ...[...rooms].map((id) => ({ kind: 'room', id }) as const),
  ].flatMap((address) => {
    const jid = findJid(context, address);
    const called = address.kind === 'room' ? faces.of(account, address.id)?.name : undefined;
    return jid === undefined ? [] : { jid, name: withoutSlash(called ?? gateway.addresses.format(address)) };
  });
}

/**
 * The public list of a part of the network. Where no registration is needed, looking for rooms comes before
 * the first join, so it makes an implicit account; it is asked on the user's own connection.
 */
async function roomsOfPlace(context: ServiceContext, request: IqRequest, place: PlaceId): Promise<IqAnswer> {
  const { options, accounts, sessions } = context;
  if (admit(options, request.from) !== 'allowed') return discoItemsResult([]);
  if (options.policy !== 'open' && !request.account?.registered) return discoItemsResult([]);
  const account = request.account ?? (await accounts.ensure(request.from));
  const { rooms } = sessions.ensure(account);
  if (!rooms) return discoItemsResult([]);
  const listings = await rooms.list(place);
  return roomListResult(
    listings,
    ({ room }) => findJid(context, { kind: 'room', id: room }),
    parsePageRequest(request.payload),
  );
}
