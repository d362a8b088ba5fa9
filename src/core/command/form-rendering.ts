import type { Field, Form } from '../../gateway/form.js';
import type { Text } from '../../gateway/text.js';
import {
  type DataField,
  type DataFieldType,
  type DataForm,
  formTypeField,
} from '../../xmpp/xep/0004-data-forms/data-form.js';
import type { FieldMedia } from '../../xmpp/xep/0221-media-element/media-element.js';
import type { Submission } from './form-values.js';

/** Says a text in the user's language. */
export type Say = (text: Text) => string;

const FIELD_TYPES: Readonly<Record<Field['type'], DataFieldType>> = {
  text: 'text-single',
  secret: 'text-private',
  boolean: 'boolean',
  choice: 'list-single',
  multiline: 'text-multi',
  note: 'fixed',
  picture: 'fixed',
};

/** What its pictures are, by the name of the field. */
export type MediaByField = ReadonlyMap<string, FieldMedia>;

/** The form for a client (XEP-0004). The value of a secret is never in it (S19). */
export function renderForm(form: Form, say: Say, formType?: string, media?: MediaByField): DataForm {
  return {
    type: 'form',
    title: say(form.title),
    ...(form.instructions && { instructions: say(form.instructions) }),
    fields: [
      ...(formType === undefined ? [] : [formTypeField(formType)]),
      ...form.fields.map(renderField(say, media)),
    ],
  };
}

function renderField(say: Say, media?: MediaByField): (field: Field) => DataField {
  return (field) => {
    if (field.type === 'note') return { type: 'fixed', values: [say(field.label)] };
    if (field.type === 'picture') return renderPicture(field, say, media?.get(field.name));
    return {
      var: field.name,
      type: FIELD_TYPES[field.type],
      label: say(field.label),
      ...(field.required && { required: true }),
      values: valuesOf(field),
      ...(field.options && {
        options: field.options.map(({ value, label }) => ({ value, label: say(label) })),
      }),
    };
  };
}

/** A client that shows no media shows the value: the same picture in characters. */
function renderPicture({ name, label, picture }: Field, say: Say, media: FieldMedia | undefined): DataField {
  const text = picture?.text;
  return {
    ...{ var: name, type: 'fixed' },
    values: [[say(label), ...(text === undefined ? [] : [text])].join('\n')],
    ...(media && { media }),
  };
}

function valuesOf(field: Field): readonly string[] {
  if (field.value === undefined || field.type === 'secret') return [];
  return field.type === 'multiline' ? field.value.split('\n') : [field.value];
}

/** What a client submitted, by field name; a FORM_TYPE is not asked for (XEP-0068 came later than XEP-0004). */
export function submissionOf(form: DataForm): Submission {
  const values = new Map<string, readonly string[]>();
  for (const field of form.fields) if (field.var !== undefined) values.set(field.var, field.values);
  return values;
}
