import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { type DiscoInfo, discoInfoResult } from '../../xmpp/xep/0030-service-discovery/disco.js';
import { admit } from '../account/policy.js';
import { callerOf } from '../command/caller.js';
import type { CommandCatalogue } from '../command/catalogue.js';
import type { IqHandler, IqRequest } from '../iq-router.js';
import type { PeopleSearch } from '../search/people-search.js';
import type { ServiceContext } from '../service/service-context.js';
import type { ContactFeatures } from './contact-features.js';
import { atNode, placeInfo, serviceInfo } from './service-info.js';

/** disco#info on the gateway, parts of the network, people and commands (XEP-0030, XEP-0050 §2.2). */
export function discoInfoHandler(
  context: ServiceContext,
  catalogue: CommandCatalogue,
  people: ContactFeatures,
  search: PeopleSearch,
): IqHandler {
  return {
    ns: NS.DISCO_INFO,
    name: 'query',
    targets: ['service', 'place', 'contact'],
    get: async (request) => {
      const { node } = request.payload.attrs;
      const info =
        atNode(context, await entityInfo(context, request, people, search), node) ??
        (node === undefined ? undefined : commandInfo(context, catalogue, request, node));
      if (!info) throw new StanzaError('item-not-found');
      return discoInfoResult(info);
    },
  };
}

function entityInfo(
  context: ServiceContext,
  request: IqRequest,
  people: ContactFeatures,
  search: PeopleSearch,
): DiscoInfo | Promise<DiscoInfo> {
  const { target, account } = request;
  switch (target.kind) {
    case 'service':
      return serviceInfo(
        context,
        admit(context.options, request.from) === 'allowed',
        search.offered(account),
      );
    case 'place':
      return placeInfo(context, context.gateway.addresses.format(target));
    case 'contact':
      // B11: the same for people that exist and people that do not.
      if (!account) throw new StanzaError('service-unavailable');
      return people.info(account, target.id);
    default:
      throw new StanzaError('service-unavailable');
  }
}

function commandInfo(
  context: ServiceContext,
  catalogue: CommandCatalogue,
  request: IqRequest,
  node: string,
): DiscoInfo | undefined {
  if (request.target.kind === 'contact') return undefined;
  const { translator } = context;
  const { language } = request;
  if (node === NS.COMMANDS) {
    const name = translator.say({ key: 'commands' }, language);
    return {
      node,
      identities: [{ category: 'automation', type: 'command-list', name }],
      features: [NS.DISCO_INFO, NS.DISCO_ITEMS, NS.COMMANDS],
    };
  }
  const caller = callerOf(request);
  const command = catalogue.byNode(node, caller);
  if (!command) return undefined;
  if (!catalogue.allows(command, caller)) throw new StanzaError('forbidden');
  const name = translator.say(command.title, language);
  return {
    node,
    identities: [{ category: 'automation', type: 'command-node', name }],
    features: [NS.DISCO_INFO, NS.COMMANDS, NS.DATA],
  };
}
