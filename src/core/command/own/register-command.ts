import type { Text } from '../../../gateway/text.js';
import { NS } from '../../../xmpp/namespace.js';
import type { Registration } from '../../registration/registration.js';
import {
  done,
  type Outcome,
  type ServiceCommand,
  type ServiceFormStep,
  type ServiceStep,
} from '../service-command.js';

/**
 * Registration and change of it. The node is that of in-band registration, under which clients look for the
 * commands of a gateway that asks more than one form.
 */
export function registerCommand(registration: Registration, hasRooms: boolean): ServiceCommand {
  return {
    node: NS.REGISTER,
    word: 'register',
    title: { key: 'command-register' },
    scope: 'service',
    allows: ({ from }) => registration.mayRegister(from),
    start: async (caller) => ({
      kind: 'form',
      form: registration.form(caller.account),
      submit: async (values) => withWelcome(await registration.submit(caller, values), hasRooms),
    }),
  };
}

/** The same stage; at the end stands what a registration is good for. */
export function withWelcome(step: ServiceFormStep, hasRooms: boolean): ServiceFormStep;
export function withWelcome(step: ServiceStep, hasRooms: boolean): ServiceStep;
export function withWelcome(step: ServiceStep, hasRooms: boolean): ServiceStep {
  if (step.kind !== 'done')
    return { ...step, submit: async (values) => withWelcome(await step.submit(values), hasRooms) };
  const said: Text = { key: hasRooms ? 'registration-done-rooms' : 'registration-done' };
  const { note, lines = [] } = step;
  return { ...step, note: said, lines: note ? [note, ...lines] : lines };
}

/** Removal, after a question. */
export function unregisterCommand(registration: Registration): ServiceCommand {
  return {
    node: 'isthmus:unregister',
    word: 'unregister',
    title: { key: 'command-unregister' },
    scope: 'service',
    allows: ({ account }) => account?.registered === true,
    start: async ({ from, language }) => ({
      kind: 'form',
      form: {
        title: { key: 'command-unregister' },
        instructions: { key: 'unregister-warning' },
        fields: [{ name: 'confirm', type: 'boolean', label: { key: 'unregister-confirm' }, required: true }],
      },
      submit: async (values) => {
        if (values.confirm !== '1') return done({ key: 'unregister-kept' });
        const outcome: Outcome = await registration.remove(from, language);
        return done({ key: 'registration-removed' }, outcome);
      },
    }),
  };
}
