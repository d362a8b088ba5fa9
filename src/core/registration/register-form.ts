import type { Field, Form } from '../../gateway/form.js';
import { NS } from '../../xmpp/namespace.js';
import type { RegisterQuery } from '../../xmpp/xep/0077-in-band-registration/register.js';
import { type MediaByField, renderForm, type Say } from '../command/form-rendering.js';
import type { Submission } from '../command/form-values.js';

/** The name of a field in registration: that of plain `jabber:iq:register` where there is one (XEP-0077 §4). */
function registerName(field: Field): string {
  return field.legacy ?? field.name;
}

/** The answer to a get: the form, and beside it plain fields when they suffice (C02, C03). */
export function registerQuery(
  form: Form,
  registered: boolean,
  texts: { readonly instructions: string; readonly formOnly: string },
  say: Say,
  media?: MediaByField,
): RegisterQuery {
  const plain = form.fields.filter((field) => field.legacy !== undefined);
  const enough =
    plain.length > 0 && form.fields.every((field) => !field.required || field.legacy !== undefined);
  const rendered = renderForm(
    { ...form, fields: form.fields.map((field) => ({ ...field, name: registerName(field) })) },
    say,
    NS.REGISTER,
    media,
  );
  const own = form.instructions && say(form.instructions);
  return {
    registered,
    instructions: [own, texts.instructions, !enough && texts.formOnly].filter(Boolean).join(' '),
    fields: enough ? plain.flatMap(plainField) : [],
    form: rendered,
  };
}

function plainField(field: Field): RegisterQuery['fields'] {
  if (!field.legacy) return [];
  const value = field.type === 'secret' ? undefined : field.value;
  return [{ name: field.legacy, ...(value !== undefined && { value }) }];
}

/** Submitted values by the form's own names; both names of a field are understood. */
export function registerSubmission(form: Form, submitted: Submission): Submission {
  const values = new Map<string, readonly string[]>();
  for (const field of form.fields) {
    const value = submitted.get(registerName(field)) ?? submitted.get(field.name);
    if (value) values.set(field.name, value);
  }
  return values;
}
