import { el, type XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';
import { StanzaError, type StanzaErrorCondition } from '../../stanza-error.js';
import { type DataForm, dataFormElement, parseDataForm } from '../0004-data-forms/data-form.js';

/** XEP-0050 §3.4. */
export type CommandAction = 'execute' | 'next' | 'prev' | 'complete' | 'cancel';

const ACTIONS: Readonly<Record<string, CommandAction>> = {
  execute: 'execute',
  next: 'next',
  prev: 'prev',
  complete: 'complete',
  cancel: 'cancel',
};

/** A step of the requester. */
export interface CommandRequest {
  readonly node: string;
  /** Absent at the start of a command. */
  readonly sessionId?: string;
  /** `execute` when the request names none. */
  readonly action: CommandAction;
  /** Undefined when there is no form. */
  readonly form?: DataForm;
}

/** Application conditions of XEP-0050 §4.4. */
export type CommandErrorCondition =
  | 'bad-action'
  | 'bad-payload'
  | 'bad-sessionid'
  | 'malformed-action'
  | 'session-expired';

/** An error of a command: the stanza condition of XEP-0050 §4.4 with its application condition. */
export function commandError(condition: CommandErrorCondition, text?: string, lang?: string): StanzaError {
  const stanzaCondition: StanzaErrorCondition =
    condition === 'session-expired' ? 'not-allowed' : 'bad-request';
  return new StanzaError(stanzaCondition, { text, lang, appConditions: [el(condition, NS.COMMANDS)] });
}

/** Reads a `<command/>`. @throws {StanzaError} without a node, with an unknown action, or with an unreadable form */
export function parseCommandRequest(command: XmlElement): CommandRequest {
  const { node, sessionid, action } = command.attrs;
  if (node === undefined) throw new StanzaError('bad-request');
  const known = action === undefined ? 'execute' : Object.hasOwn(ACTIONS, action) && ACTIONS[action];
  if (!known) throw commandError('malformed-action');
  const x = command.child('x', NS.DATA);
  const form = x && parseDataForm(x);
  if (x && !form) throw commandError('bad-payload');
  return {
    node,
    action: known,
    ...(sessionid !== undefined && { sessionId: sessionid }),
    ...(form && { form }),
  };
}

/** A remark shown with a stage. */
export interface CommandNote {
  readonly type: 'info' | 'warn' | 'error';
  readonly text: string;
}

/** A stage as shown to the requester. */
export interface CommandStage {
  readonly node: string;
  readonly sessionId: string;
  readonly status: 'executing' | 'completed' | 'canceled';
  /** Only while executing: what may be done next; `default` is what `execute` stands for. */
  readonly actions?: { readonly default: 'next' | 'complete'; readonly allowed: readonly CommandAction[] };
  readonly notes?: readonly CommandNote[];
  readonly form?: DataForm;
  /** Goes beside the form, such as what its pictures are made of (XEP-0231). */
  readonly attached?: readonly XmlElement[];
  readonly lang?: string;
}

/** The `<command/>` of a result. */
export function commandResult(stage: CommandStage): XmlElement {
  return el(
    'command',
    NS.COMMANDS,
    { node: stage.node, sessionid: stage.sessionId, status: stage.status, 'xml:lang': stage.lang },
    stage.actions &&
      el(
        'actions',
        NS.COMMANDS,
        { execute: stage.actions.default },
        ...stage.actions.allowed.map((action) => el(action, NS.COMMANDS)),
      ),
    ...(stage.notes ?? []).map((note) => el('note', NS.COMMANDS, { type: note.type }, note.text)),
    stage.form && dataFormElement(stage.form),
    ...(stage.attached ?? []),
  );
}
