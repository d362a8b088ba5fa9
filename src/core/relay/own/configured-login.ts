import type { Form, FormValues, Step } from '../../../gateway/form.js';
import type { Text } from '../../../gateway/text.js';
import type { Jid } from '../../../xmpp/jid.js';
import { checkForm, type Submission, takesValue } from '../../command/form-values.js';
import type { OwnLogin } from '../network/own-login.js';

/** Stages that a login may have. */
const MOST_STAGES = 8;

/**
 * Logs the relays in with what the operator has written down, stage by stage. Resolves with undefined when it is done,
 * else with what stands against it: the network's refusal, or a question that only a person can answer.
 * @throws {GatewayError} when the network cannot be asked
 */
export async function logInWith(
  login: OwnLogin,
  owner: Jid,
  configured: FormValues,
): Promise<Text | undefined> {
  let form = await login.form(owner);
  let submit = (values: FormValues): Promise<Step<void>> => login.submit(owner, values);
  for (let stage = 0; stage < MOST_STAGES; stage += 1) {
    // A code that was sent just now stands in no configuration; an empty answer would ask for another one.
    if (stage > 0 && !form.fields.some(({ name }) => Object.hasOwn(configured, name))) break;
    const checked = checkForm(form, submissionOf(form, configured));
    if (!checked.ok) return { key: 'relay-account-field', args: { field: checked.problem.field.name } };
    const step = await submit(checked.values);
    if (step.kind === 'done') return undefined;
    if (step.problem) return step.problem;
    form = step.form;
    submit = (values) => step.submit(values);
  }
  return { key: 'relay-account-asks', args: { field: form.fields.find(takesValue)?.name ?? '?' } };
}

/** What is configured, else what is on record. */
function submissionOf(form: Form, configured: FormValues): Submission {
  return new Map(
    form.fields.flatMap(({ name, value }) => {
      const said = Object.hasOwn(configured, name) ? configured[name] : value;
      return said === undefined ? [] : [[name, said.split('\n')] as const];
    }),
  );
}
