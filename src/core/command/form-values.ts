import type { Field, Form, FormValues } from '../../gateway/form.js';
import type { Text } from '../../gateway/text.js';
import type { Translator } from '../translator.js';

/** Limits of what a user may submit. */
export interface FormLimits {
  /** Characters of one line. */
  readonly lineLength: number;
  /** Characters of a text of several lines. */
  readonly textLength: number;
}

/** The defaults of {@link FormLimits}: far above anything that a network takes. */
const FORM_LIMITS: FormLimits = { lineLength: 4_096, textLength: 32_768 };

/** What is wrong with one field. */
export interface FieldProblem {
  readonly field: Field;
  readonly key: 'form-required' | 'form-boolean' | 'form-choice' | 'form-line' | 'form-too-long';
}

/** The values that were checked, or the first problem. */
export type FormCheck =
  | { readonly ok: true; readonly values: FormValues }
  | { readonly ok: false; readonly problem: FieldProblem };

/** Submitted values by field name; an empty list and an absent field are the same. */
export type Submission = ReadonlyMap<string, readonly string[]>;

const BOOLEANS: Readonly<Record<string, string>> = { '1': '1', true: '1', '0': '0', false: '0' };
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const LINE_BREAKING = /[\u0000-\u001f\u007f\u0085\u2028\u2029]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const FORBIDDEN_IN_TEXT = /[\u0000-\u0008\u000b-\u001f]/g;

/** Whether something is to be put into it, or it is only looked at. */
export function takesValue({ type }: Field): boolean {
  return type !== 'note' && type !== 'picture';
}

/** Checks a submission against the form (XEP-0004 §3.2): unknown fields are left out. */
export function checkForm(form: Form, submission: Submission, limits: FormLimits = FORM_LIMITS): FormCheck {
  const values: Record<string, string> = Object.create(null);
  for (const field of form.fields) {
    if (!takesValue(field)) continue;
    const checked = checkField(field, submission.get(field.name) ?? [], limits);
    if (typeof checked === 'object') return { ok: false, problem: checked };
    if (checked !== undefined) values[field.name] = checked;
  }
  return { ok: true, values };
}

/** The value of one field, undefined when it is absent, or the problem. */
export function checkField(
  field: Field,
  raw: readonly string[],
  limits: FormLimits = FORM_LIMITS,
): string | FieldProblem | undefined {
  const [first] = raw;
  if (first === undefined) return field.required ? { field, key: 'form-required' } : undefined;
  switch (field.type) {
    case 'note':
    case 'picture':
      return undefined;
    case 'boolean': {
      if (first === '') return field.required ? { field, key: 'form-required' } : undefined;
      const word = first.trim().toLowerCase();
      return (Object.hasOwn(BOOLEANS, word) && BOOLEANS[word]) || { field, key: 'form-boolean' };
    }
    case 'choice':
      if (first === '') return field.required ? { field, key: 'form-required' } : undefined;
      return field.options?.some(({ value }) => value === first) ? first : { field, key: 'form-choice' };
    case 'multiline': {
      const text = raw.join('\n').replace(/\r\n?/g, '\n').replace(FORBIDDEN_IN_TEXT, '');
      if (text.length > limits.textLength) return { field, key: 'form-too-long' };
      return text.trim() === '' && field.required ? { field, key: 'form-required' } : text;
    }
    case 'secret':
    case 'text': {
      const line = field.type === 'text' ? first.trim() : first;
      if (line === '') return field.required ? { field, key: 'form-required' } : '';
      if (line.length > limits.lineLength) return { field, key: 'form-too-long' };
      return LINE_BREAKING.test(line) ? { field, key: 'form-line' } : line;
    }
  }
}

const PROBLEM_TEXTS: Readonly<Record<FieldProblem['key'], (field: string) => Text>> = {
  'form-required': (field) => ({ key: 'form-required', args: { field } }),
  'form-boolean': (field) => ({ key: 'form-boolean', args: { field } }),
  'form-choice': (field) => ({ key: 'form-choice', args: { field } }),
  'form-line': (field) => ({ key: 'form-line', args: { field } }),
  'form-too-long': (field) => ({ key: 'form-too-long', args: { field } }),
};

/** The problem as a sentence; never quotes the value. */
export function sayProblem(problem: FieldProblem, translator: Translator, language: string): string {
  const label = translator.say(problem.field.label, language);
  return translator.say(PROBLEM_TEXTS[problem.key](label), language);
}

/**
 * For somebody with settings on record: a secret left empty keeps the one on record (XEP-0077 §3.3), so none
 * is required.
 */
export function withSecretsOptional(form: Form): Form {
  return {
    ...form,
    fields: form.fields.map((field) =>
      field.type === 'secret' && field.required ? { ...field, required: false } : field,
    ),
  };
}
