import type { FormStep, Step } from '../../gateway/form.js';
import type { PlaceId } from '../../gateway/ids.js';
import type { Text } from '../../gateway/text.js';
import type { Jid } from '../../xmpp/jid.js';
import type { DataField } from '../../xmpp/xep/0004-data-forms/data-form.js';
import type { Account } from '../account/account.js';

/** Who gives a command, and where. */
export interface Caller {
  readonly from: Jid;
  /** As it was when the command was given. */
  readonly account: Account | undefined;
  readonly language: string;
  /** The part of the network whose address it was sent to; absent on the gateway's own domain. */
  readonly place?: PlaceId;
}

/** A result as data, for clients that understand the form type. */
export interface Report {
  readonly formType: string;
  readonly fields: readonly DataField[];
}

/** How a command ends. */
export interface Outcome {
  readonly report?: Report;
  /** Language of the answer, where the command has just changed it; the caller's otherwise. */
  readonly language?: string;
  /** Runs after the answer has been sent, for what must follow it (C09, C14). */
  readonly afterwards?: () => void | Promise<void>;
}

/** A stage of a command of the gateway. */
export type ServiceStep = Step<Outcome>;
/** A stage that waits for the user. */
export type ServiceFormStep = FormStep<Outcome>;

/** A command as every user sees it, whether it is the core's or the network's. */
export interface ServiceCommand {
  /** XEP-0050 node. */
  readonly node: string;
  /** What a user types in chat; absent where chat does not offer it. */
  readonly word?: string;
  readonly title: Text;
  readonly scope: 'service' | 'place' | 'both';
  /** FORM_TYPE of its forms, where a specification names one. */
  readonly formType?: string;
  /** Whether this caller sees and may run it. */
  allows(caller: Caller): boolean;
  /** May do I/O. Throws GatewayError or StanzaError for a refusal. */
  start(caller: Caller): Promise<ServiceStep>;
}

/** The same dialogue with another kind of result. */
export function mapStep<From, To>(
  step: Step<From>,
  map: (result: From) => Promise<To> | To,
): Promise<Step<To>> {
  return step.kind === 'done' ? mapDone(step, map) : Promise.resolve(mapForm(step, map));
}

async function mapDone<From, To>(
  step: Extract<Step<From>, { kind: 'done' }>,
  map: (result: From) => Promise<To> | To,
): Promise<Step<To>> {
  return { ...step, result: await map(step.result) };
}

function mapForm<From, To>(step: FormStep<From>, map: (result: From) => Promise<To> | To): FormStep<To> {
  return {
    kind: 'form',
    form: step.form,
    ...(step.problem && { problem: step.problem }),
    ...(step.ready && { ready: step.ready }),
    submit: async (values) => mapStep(await step.submit(values), map),
  };
}

/** The end of a command that changes nothing more. */
export function done(note: Text, outcome: Outcome = {}): ServiceStep {
  return { kind: 'done', result: outcome, note };
}
