import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import {
  parseRegisterRequest,
  type RegisterRequest,
  registerResult,
} from '../../xmpp/xep/0077-in-band-registration/register.js';
import type { FormPictures } from '../command/form-pictures.js';
import { submissionOf } from '../command/form-rendering.js';
import { checkForm, type Submission, sayProblem } from '../command/form-values.js';
import type { Caller, Outcome, ServiceFormStep } from '../command/service-command.js';
import type { IqAnswer, IqHandler, IqRequest } from '../iq-router.js';
import { registerQuery, registerSubmission } from './register-form.js';
import type { Registration } from './registration.js';

/** Goes on elsewhere with a registration that has further stages: in-band registration has but one. */
export type Continuation = (caller: Caller, step: ServiceFormStep) => void;

/** In-band registration (XEP-0077). */
export function registerHandler(
  registration: Registration,
  pictures: FormPictures,
  proceed: Continuation,
): IqHandler {
  const outcomes = new WeakMap<IqRequest, Outcome>();
  return {
    ns: NS.REGISTER,
    name: 'query',
    targets: ['service'],
    get: (request) => showForm(registration, pictures, request),
    set: async (request) => {
      const outcome = await takeRequest(registration, proceed, request);
      if (outcome) outcomes.set(request, outcome);
      return undefined;
    },
    afterSet: (request) => outcomes.get(request)?.afterwards?.(),
  };
}

async function showForm(
  registration: Registration,
  pictures: FormPictures,
  request: IqRequest,
): Promise<IqAnswer> {
  const { account, language, from } = request;
  registration.requireAdmission(from, language);
  const { translator } = registration.context;
  const say = (text: Parameters<typeof translator.say>[0]) => translator.say(text, language);
  const texts = {
    instructions: say({
      key: 'register-instructions',
      args: { domain: registration.context.options.domain },
    }),
    formOnly: say({ key: 'register-form-only' }),
  };
  const form = registration.form(account);
  const { media, attached } = await pictures.show(from.bare, form);
  return registerResult({
    ...registerQuery(form, account?.registered === true, texts, say, media),
    attached,
  });
}

async function takeRequest(
  registration: Registration,
  proceed: Continuation,
  request: IqRequest,
): Promise<Outcome | undefined> {
  const { from, account, language, payload } = request;
  const asked = parseRegisterRequest(payload);
  // Whoever is registered may leave, whatever the policy has become since.
  if (asked?.kind !== 'remove' || !account?.registered) registration.requireAdmission(from, language);
  if (!asked) throw new StanzaError('bad-request');
  if (asked.kind === 'cancel') return undefined;
  if (asked.kind === 'remove') return registration.remove(from, language);
  const { translator } = registration.context;
  const form = registration.form(account);
  const checked = checkForm(form, registerSubmission(form, submitted(asked)));
  if (!checked.ok) throw notAcceptable(sayProblem(checked.problem, translator, language), language);
  const caller: Caller = { from, account, language };
  const step = await registration.submit(caller, checked.values);
  if (step.kind === 'done') return step.result;
  if (step.problem) throw notAcceptable(translator.say(step.problem, language), language);
  proceed(caller, step);
  throw notAcceptable(translator.say({ key: 'register-continues' }, language), language);
}

function submitted(asked: Extract<RegisterRequest, { kind: 'form' | 'plain' }>): Submission {
  if (asked.kind === 'form') return submissionOf(asked.form);
  return new Map([...asked.values].map(([name, value]) => [name, [value]]));
}

function notAcceptable(text: string, lang: string): StanzaError {
  return new StanzaError('not-acceptable', { text, lang });
}
