import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import { type FieldMedia, mediaElement } from '../0221-media-element/media-element.js';

/** XEP-0004 §3.2. */
export type DataFormType = 'form' | 'submit' | 'cancel' | 'result';

/** XEP-0004 §3.3; an unknown type is read as `text-single`. */
export type DataFieldType =
  | 'boolean'
  | 'fixed'
  | 'hidden'
  | 'jid-multi'
  | 'jid-single'
  | 'list-multi'
  | 'list-single'
  | 'text-multi'
  | 'text-private'
  | 'text-single';

/** One field; absent values are an empty list. */
export interface DataField {
  /** Absent only for `fixed`. */
  readonly var?: string;
  readonly type?: DataFieldType;
  readonly label?: string;
  readonly required?: boolean;
  readonly values: readonly string[];
  readonly options?: readonly { readonly value: string; readonly label?: string }[];
  /** Written, not read. */
  readonly media?: FieldMedia;
  /** The value is a whole number of at least that (XEP-0122). */
  readonly least?: number;
}

/** A data form without `reported` and `item`. */
export interface DataForm {
  readonly type: DataFormType;
  readonly title?: string;
  readonly instructions?: string;
  readonly fields: readonly DataField[];
}

/** The `var` of the field that scopes the others (XEP-0068). */
export const FORM_TYPE = 'FORM_TYPE';

/** The hidden field that names the scope of the others (XEP-0068 §3.1). */
export function formTypeField(value: string): DataField {
  return { var: FORM_TYPE, type: 'hidden', values: [value] };
}

/** The scope of a form (XEP-0068); undefined when it names none, which must be tolerated. */
export function formTypeOf(form: DataForm): string | undefined {
  return form.fields.find((field) => field.var === FORM_TYPE)?.values[0];
}

/** The `<x/>` element. */
export function dataFormElement(form: DataForm): XmlElement {
  return el(
    'x',
    NS.DATA,
    { type: form.type },
    form.title !== undefined && el('title', NS.DATA, null, form.title),
    form.instructions !== undefined && el('instructions', NS.DATA, null, form.instructions),
    ...form.fields.map(fieldElement),
  );
}

/** A column of a table. */
export interface DataColumn {
  readonly var: string;
  readonly type: DataFieldType;
  readonly label: string;
}

/** Results as a table (XEP-0004 §3.4); every row has a value for every column. */
export function dataTableElement(
  formType: string,
  columns: readonly DataColumn[],
  rows: readonly Readonly<Record<string, string>>[],
): XmlElement {
  return el(
    'x',
    NS.DATA,
    { type: 'result' },
    fieldElement(formTypeField(formType)),
    el('reported', NS.DATA, null, ...columns.map((column) => el('field', NS.DATA, { ...column }))),
    ...rows.map((row) =>
      el(
        'item',
        NS.DATA,
        null,
        ...columns.map(({ var: name }) => fieldElement({ var: name, values: [row[name] ?? ''] })),
      ),
    ),
  );
}

function fieldElement(field: DataField): XmlElement {
  return el(
    'field',
    NS.DATA,
    { var: field.var, type: field.type, label: field.label },
    field.required === true && el('required', NS.DATA),
    field.media && mediaElement(field.media),
    ...field.values.map((value) => el('value', NS.DATA, null, value)),
    ...(field.options ?? []).map((option) =>
      el('option', NS.DATA, { label: option.label }, el('value', NS.DATA, null, option.value)),
    ),
    field.least !== undefined && wholeNumber(field.least),
  );
}

function wholeNumber(least: number): XmlElement {
  const range = el('range', NS.DATA_VALIDATE, { min: String(least) });
  return el('validate', NS.DATA_VALIDATE, { datatype: 'xs:integer' }, range);
}

const FORM_TYPES: Readonly<Record<string, DataFormType>> = {
  form: 'form',
  submit: 'submit',
  cancel: 'cancel',
  result: 'result',
};

const FIELD_TYPES: Readonly<Record<string, DataFieldType>> = {
  boolean: 'boolean',
  fixed: 'fixed',
  hidden: 'hidden',
  'jid-multi': 'jid-multi',
  'jid-single': 'jid-single',
  'list-multi': 'list-multi',
  'list-single': 'list-single',
  'text-multi': 'text-multi',
  'text-private': 'text-private',
  'text-single': 'text-single',
};

/** Reads an `<x/>` element; undefined when its type is none of XEP-0004. Of equal vars the first counts. */
export function parseDataForm(x: XmlElement): DataForm | undefined {
  const type = lookUp(FORM_TYPES, x.attrs.type);
  if (x.name !== 'x' || x.ns !== NS.DATA || !type) return undefined;
  const title = x.childText('title', NS.DATA);
  const instructions = x.childrenNamed('instructions', NS.DATA).map((line) => line.text());
  const seen = new Set<string>();
  const fields: DataField[] = [];
  for (const element of x.childrenNamed('field', NS.DATA)) {
    const name = element.attrs.var;
    if (name !== undefined && seen.has(name)) continue;
    if (name !== undefined) seen.add(name);
    fields.push(parseField(element));
  }
  return {
    type,
    ...(title !== undefined && { title }),
    ...(instructions.length > 0 && { instructions: instructions.join('\n') }),
    fields,
  };
}

function parseField(element: XmlElement): DataField {
  const { var: name, label } = element.attrs;
  const type = lookUp(FIELD_TYPES, element.attrs.type);
  const options = element.childrenNamed('option', NS.DATA).map((option) => ({
    value: option.childText('value', NS.DATA) ?? '',
    ...(option.attrs.label !== undefined && { label: option.attrs.label }),
  }));
  return {
    ...(name !== undefined && { var: name }),
    ...(type !== undefined && { type }),
    ...(label !== undefined && { label }),
    ...(element.child('required', NS.DATA) && { required: true }),
    values: element.childrenNamed('value', NS.DATA).map((value) => value.text()),
    ...(options.length > 0 && { options }),
  };
}

function lookUp<T>(table: Readonly<Record<string, T>>, word: string | undefined): T | undefined {
  return word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined;
}
