import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import {
  gatewayJidResult,
  gatewayPromptInput,
  gatewayPromptResult,
} from '../../xmpp/xep/0100-gateway-interaction/gateway-prompt.js';
import type { IqHandler } from '../iq-router.js';
import { jidOf } from './address.js';
import type { ServiceContext } from './service-context.js';
import { typedAddress } from './typed-address.js';

/** Turns what a person types into an address (`jabber:iq:gateway`, XEP-0100 §6.3; E08, E09). */
export function addressHandler(context: ServiceContext): IqHandler {
  const { gateway, translator } = context;
  return {
    ns: NS.GATEWAY,
    name: 'query',
    targets: ['service'],
    get: ({ language }) =>
      gatewayPromptResult(
        translator.say(gateway.prompt.label, language),
        translator.say(gateway.prompt.description, language),
      ),
    set: async ({ payload, language, account }) => {
      const input = gatewayPromptInput(payload);
      if (input === undefined) throw new StanzaError('bad-request');
      const address = await typedAddress(context, input, account);
      if (!address) {
        const text = translator.say({ key: 'prompt-unknown' }, language);
        throw new StanzaError('not-acceptable', { text, lang: language });
      }
      return gatewayJidResult(jidOf(context, address));
    },
  };
}
