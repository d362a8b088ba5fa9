import type { Field, Form } from '../../../gateway/form.js';
import type { Say } from '../form-rendering.js';
import { checkField, type FieldProblem, type Submission, takesValue } from '../form-values.js';
import type { ChatWords } from './chat-words.js';

/** Keeps the value on record, or leaves the field out. */
const SKIP = '-';
const NAMED_VALUE = /^\s*([\p{L}\p{N}._-]+)\s*[:=]\s*(.*)$/u;

/** What an answer led to. */
export type Answered =
  | { readonly kind: 'asking' }
  | { readonly kind: 'refused'; readonly problem: FieldProblem }
  | { readonly kind: 'complete'; readonly submission: Submission };

/** A form asked as a chat: one question at a time, or `name: value` lines in any order. */
export class FormConversation {
  readonly #answers = new Map<string, readonly string[]>();
  /** Fields still to be asked, in order. */
  #pending: readonly Field[];
  #seen = true;

  constructor(
    readonly form: Form,
    private readonly words: ChatWords,
  ) {
    this.#pending = form.fields.filter(takesValue);
  }

  /** Title, instructions, notes, and pictures as far as characters draw them (XEP-0393 §5.1.2). */
  introduction(say: Say): string[] {
    return [
      say(this.form.title),
      ...(this.form.instructions ? [say(this.form.instructions)] : []),
      ...this.form.fields
        .filter((field) => !takesValue(field))
        .flatMap(({ label, picture }) => [
          say(label),
          ...(picture?.text === undefined ? [] : ['```', picture.text, '```']),
        ]),
    ];
  }

  /** The question that waits for an answer. */
  question(say: Say): string[] {
    const [field] = this.#pending;
    if (!field) return [say({ key: 'chat-continue' })];
    const label = say(field.label);
    const value = shownValue(field, say);
    return [
      value === undefined ? label : say({ key: 'chat-question-value', args: { label, value } }),
      ...(field.options ?? []).map((option, index) => `${index + 1}. ${say(option.label)}`),
      ...hints(field, say),
    ];
  }

  /** What is submitted where nothing is answered: the values on record. */
  onRecord(): Submission {
    for (const field of this.#pending) this.#keep(field);
    return this.#answers;
  }

  /**
   * Takes one message of the user. `seen`: he has been shown the question; else the number of a choice is not taken, as
   * it comes from another list.
   */
  answer(text: string, seen = true): Answered {
    this.#seen = seen;
    const [field] = this.#pending;
    if (!field) return this.#next();
    const named = field.type === 'multiline' ? undefined : this.#namedValues(text, field);
    if (named) return this.#takeNamed(named);
    if (text.trim() === SKIP && (!field.required || field.value !== undefined)) this.#keep(field);
    else {
      const problem = this.#take(field, text);
      if (problem) return { kind: 'refused', problem };
    }
    this.#pending = this.#pending.slice(1);
    return this.#next();
  }

  #next(): Answered {
    return this.#pending.length > 0 ? { kind: 'asking' } : { kind: 'complete', submission: this.#answers };
  }

  /** After named values, only what is required and still missing is asked. */
  #takeNamed(named: ReadonlyMap<Field, string>): Answered {
    for (const [field, value] of named) {
      const problem = this.#take(field, value);
      if (problem) return { kind: 'refused', problem };
    }
    const open = this.#pending.filter((field) => !named.has(field));
    const mustAsk = (field: Field) => field.required === true && field.value === undefined;
    for (const field of open) if (!mustAsk(field)) this.#keep(field);
    this.#pending = open.filter(mustAsk);
    return this.#next();
  }

  #keep(field: Field): void {
    if (field.value !== undefined) this.#answers.set(field.name, [field.value]);
  }

  #take(field: Field, text: string): FieldProblem | undefined {
    const raw = [this.#rawValue(field, text)];
    const checked = checkField(field, raw);
    if (typeof checked === 'object') return checked;
    this.#answers.set(field.name, raw);
    return undefined;
  }

  #rawValue(field: Field, text: string): string {
    if (field.type === 'boolean') return this.words.boolean(text) ?? text;
    if (field.type !== 'choice') return text;
    const answer = text.trim();
    const byValue = field.options?.find(({ value }) => value.toLowerCase() === answer.toLowerCase());
    const byNumber = this.#seen ? field.options?.[Number(answer) - 1] : undefined;
    return (byValue ?? byNumber)?.value ?? answer;
  }

  /** Undefined unless every line names a field; a lone line for a secret is taken as it is. */
  #namedValues(text: string, asked: Field): ReadonlyMap<Field, string> | undefined {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (asked.type === 'secret' && lines.length < 2) return undefined;
    const values = new Map<Field, string>();
    for (const line of lines) {
      const [, name, value] = NAMED_VALUE.exec(line) ?? [];
      const field = this.#fieldNamed(name);
      if (!field || value === undefined) return undefined;
      values.set(field, value);
    }
    return values.size > 0 ? values : undefined;
  }

  #fieldNamed(name: string | undefined): Field | undefined {
    const wanted = name?.toLowerCase();
    return this.form.fields.find((field) => takesValue(field) && field.name.toLowerCase() === wanted);
  }
}

function shownValue(field: Field, say: Say): string | undefined {
  if (field.value === undefined || field.value === '' || field.type === 'secret') return undefined;
  if (field.type === 'boolean') return say({ key: field.value === '1' ? 'chat-yes' : 'chat-no' });
  const option = field.options?.find(({ value }) => value === field.value);
  return option ? say(option.label) : field.value;
}

function hints(field: Field, say: Say): string[] {
  return [
    ...(field.type === 'boolean' ? [say({ key: 'chat-hint-boolean' })] : []),
    ...(field.type === 'choice' ? [say({ key: 'chat-hint-choice' })] : []),
    ...(field.type === 'secret' ? [say({ key: 'chat-hint-secret' })] : []),
    ...skipHint(field, say),
  ];
}

function skipHint(field: Field, say: Say): string[] {
  if (field.value !== undefined) return [say({ key: 'chat-hint-skip' })];
  return field.required ? [] : [say({ key: field.type === 'secret' ? 'chat-hint-skip' : 'chat-hint-empty' })];
}
