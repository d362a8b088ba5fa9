import type { PersonFacts } from '../../gateway/session.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { lastActivityResult } from '../../xmpp/xep/0012-last-activity/last-activity.js';
import { vcardElement } from '../../xmpp/xep/0054-vcard-temp/vcard.js';
import { softwareVersionResult } from '../../xmpp/xep/0092-software-version/software-version.js';
import { entityTimeResult } from '../../xmpp/xep/0202-entity-time/entity-time.js';
import type { IqHandler, IqRequest } from '../iq-router.js';
import type { ServiceContext } from './service-context.js';

const MS_PER_SECOND = 1_000;

/** Ping, version, time, last activity and the gateway's own card (A11, B14, B15, G06, G07). `started`: UTC milliseconds. */
export function informationHandlers(context: ServiceContext, started = Date.now()): readonly IqHandler[] {
  return [
    { ns: NS.PING, name: 'ping', targets: ['service', 'place'], get: () => undefined },
    {
      ns: NS.VERSION,
      name: 'query',
      targets: ['service'],
      get: () => softwareVersionResult(context.options.software),
    },
    { ns: NS.TIME, name: 'time', targets: ['service'], get: () => entityTimeResult(new Date()) },
    {
      ns: NS.LAST,
      name: 'query',
      targets: ['service'],
      get: () => lastActivityResult((Date.now() - started) / MS_PER_SECOND),
    },
    lastOfContact(context),
    ownCard(context),
  ];
}

function lastOfContact(context: ServiceContext): IqHandler {
  return {
    ns: NS.LAST,
    name: 'query',
    targets: ['contact'],
    get: async (request) => {
      // XEP-0012 §8: only for those who may see the presence; the same whoever is asked for (S03).
      const { account, target } = request;
      if (!account || target.kind !== 'contact') throw new StanzaError('forbidden');
      const known = await context.people.lastActivity(account, target.id);
      if (known === 'forbidden') throw new StanzaError('forbidden');
      if (typeof known === 'number') return lastActivityResult(known);
      const facts = await describe(context, request);
      if (facts?.idleSeconds === undefined) throw new StanzaError('service-unavailable');
      return lastActivityResult(facts.idleSeconds);
    },
  };
}

function ownCard(context: ServiceContext): IqHandler {
  return {
    ns: NS.VCARD,
    name: 'vCard',
    targets: ['service'],
    get: ({ language }) => {
      const { gateway, translator, options } = context;
      return vcardElement({
        formattedName: translator.say(gateway.name, language),
        nickname: options.domain,
        description: translator.say({ key: 'service-description' }, language),
      });
    },
    set: refuseCard,
  };
}

function refuseCard(): never {
  throw new StanzaError('forbidden');
}

/** What the user's own connection knows of the person; undefined without one. Rejects with GatewayError. */
async function describe(
  context: ServiceContext,
  { account, target }: IqRequest,
): Promise<PersonFacts | undefined> {
  if (!account || target.kind !== 'contact') return undefined;
  return context.sessions.get(account)?.people?.describe(target.id);
}
