import { randomUUID } from 'node:crypto';
import { el } from '../../../xmpp/element.js';
import { NS } from '../../../xmpp/namespace.js';
import { directInvitation } from '../../../xmpp/xep/0249-direct-invitation/direct-invitation.js';
import { jidOf } from '../../service/address.js';
import type { ServiceContext } from '../../service/service-context.js';
import { typedAddress } from '../../service/typed-address.js';
import { type Caller, done, type ServiceCommand, type ServiceFormStep } from '../service-command.js';

/** Invites the user into a room by a name that he types: for clients that cannot type a room's address. */
export function joinCommand(context: ServiceContext): ServiceCommand {
  return {
    node: 'isthmus:join',
    word: 'join',
    title: { key: 'command-join' },
    scope: 'service',
    allows: ({ account }) => context.options.policy === 'open' || account?.registered === true,
    start: async (caller) => askRoom(context, caller),
  };
}

function askRoom(
  context: ServiceContext,
  caller: Caller,
  problem?: ServiceFormStep['problem'],
): ServiceFormStep {
  return {
    kind: 'form',
    form: {
      title: { key: 'command-join' },
      instructions: context.gateway.prompt.description,
      fields: [{ name: 'room', type: 'text', label: { key: 'join-room' }, required: true }],
    },
    ...(problem && { problem }),
    submit: async (values) => {
      const address = await typedAddress(context, values.room ?? '', caller.account);
      if (address?.kind !== 'room') return askRoom(context, caller, { key: 'join-unknown' });
      const room = jidOf(context, address);
      return done(
        { key: 'join-invited', args: { room } },
        { afterwards: () => sendInvitation(context, caller, room) },
      );
    },
  };
}

function sendInvitation(context: ServiceContext, caller: Caller, room: string): void {
  const { options, sink, translator } = context;
  const body = translator.say({ key: 'join-invitation', args: { room } }, caller.language);
  const attrs = { from: options.domain, to: caller.from.full, id: randomUUID(), 'xml:lang': caller.language };
  sink.send(
    el(
      'message',
      NS.COMPONENT,
      attrs,
      el('body', NS.COMPONENT, null, body),
      directInvitation({ room }),
    ).toString(NS.COMPONENT),
  );
}
