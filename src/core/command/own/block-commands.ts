import type { ContactId } from '../../../gateway/ids.js';
import type { ContactControl } from '../../screening/contact-control.js';
import type { ServiceContext } from '../../service/service-context.js';
import type { ServiceCommand, ServiceStep } from '../service-command.js';
import { askPerson, choosePerson } from './choose-person.js';
import { currentAccount } from './session-commands.js';

/** Nothing of a person reaches the user any more, nor the other way round. */
export function blockCommand(context: ServiceContext, control: ContactControl): ServiceCommand {
  const hasRooms = context.gateway.conferenceType !== undefined;
  return {
    node: 'isthmus:block',
    word: 'block',
    title: { key: 'command-block' },
    scope: 'service',
    allows: ({ account }) => account !== undefined,
    start: async (caller) => {
      const account = await currentAccount(context, caller);
      return askPerson(control, account, { title: { key: 'command-block' } }, async (contact) => {
        const { note } = await control.block(account, contact);
        const args = { person: control.name(contact) };
        return ended({ key: hasRooms ? 'block-done-rooms' : 'block-done', args }, note);
      });
    },
  };
}

export function unblockCommand(context: ServiceContext, control: ContactControl): ServiceCommand {
  return {
    node: 'isthmus:unblock',
    word: 'unblock',
    title: { key: 'command-unblock' },
    scope: 'service',
    allows: ({ account }) => account !== undefined,
    start: async (caller) => {
      const account = await currentAccount(context, caller);
      const blocked = [...(await control.book(account)).all()].filter((record) => record.blocked);
      return choosePerson(
        control,
        blocked,
        { title: { key: 'command-unblock' } },
        async (contact: ContactId) => {
          const { note } = await control.unblock(account, contact);
          return ended({ key: 'unblock-done', args: { person: control.name(contact) } }, note);
        },
      );
    },
  };
}

function ended(
  note: Extract<ServiceStep, { kind: 'done' }>['note'],
  more: Awaited<ReturnType<ContactControl['block']>>['note'],
): ServiceStep {
  return { kind: 'done', result: {}, ...(note && { note }), ...(more && { lines: [more] }) };
}
