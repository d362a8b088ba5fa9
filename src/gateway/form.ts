import type { Text } from './text.js';

/** A picture in a form, such as a QR code: a few kilobytes at most. */
export interface FormPicture {
  /** Such as `image/png`. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** The same drawn with characters, line by line, for clients that show no pictures. */
  readonly text?: string;
}

/** One input of a form. Names are stable: they are the `var` of XEP-0004 and the word a user types in chat. */
export interface Field {
  readonly name: string;
  readonly type: 'text' | 'secret' | 'boolean' | 'choice' | 'multiline' | 'note' | 'picture';
  readonly label: Text;
  readonly required?: boolean;
  /** The value on record; never set for a `secret`. */
  readonly value?: string;
  /** Of a field of that type: shown above what follows; nothing is typed into it (XEP-0221). */
  readonly picture?: FormPicture;
  readonly options?: readonly { readonly value: string; readonly label: Text }[];
  /** The element of plain `jabber:iq:register` that stands for this field (XEP-0077 §14.1), if there is one. */
  readonly legacy?: 'username' | 'nick' | 'password' | 'name' | 'email' | 'phone';
}

/** One model, three renderings: in-band registration, ad-hoc command, dialogue with the gateway's own JID. */
export interface Form {
  readonly title: Text;
  readonly instructions?: Text;
  readonly fields: readonly Field[];
}

/** Submitted values by field name; a boolean is `'1'` or `'0'`. Already checked against the form by the core. */
export type FormValues = Readonly<Record<string, string>>;

/** A stage of a dialogue that waits for the user. */
export interface FormStep<Result> {
  readonly kind: 'form';
  readonly form: Form;
  /** Why the values just submitted were not taken. */
  readonly problem?: Text;
  /**
   * Resolves when what the user was to do elsewhere is done, so that a chat can go on without an answer of his: it
   * submits what is on record. Never rejects; need not resolve.
   */
  readonly ready?: Promise<void>;
  /** May do I/O. Throws GatewayError to end the dialogue with an error. */
  submit(values: FormValues): Promise<Step<Result>>;
}

/** The end of a dialogue. */
export interface DoneStep<Result> {
  readonly kind: 'done';
  readonly result: Result;
  readonly note?: Text;
  /** Facts to show, one line each. */
  readonly lines?: readonly Text[];
}

/** A step machine: registration, login and commands are all dialogues of steps. */
export type Step<Result> = FormStep<Result> | DoneStep<Result>;
