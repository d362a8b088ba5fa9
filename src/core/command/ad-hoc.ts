import { randomBytes } from 'node:crypto';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import { type DataForm, formTypeField } from '../../xmpp/xep/0004-data-forms/data-form.js';
import {
  type CommandRequest,
  commandError,
  commandResult,
  parseCommandRequest,
} from '../../xmpp/xep/0050-ad-hoc-commands/command.js';
import type { IqAnswer, IqHandler, IqRequest } from '../iq-router.js';
import type { ServiceContext } from '../service/service-context.js';
import { callerOf } from './caller.js';
import type { CommandCatalogue } from './catalogue.js';
import { runAfterwards, runStage, type StageResult } from './command-runner.js';
import { Dialogue } from './dialogue.js';
import { Dialogues } from './dialogues.js';
import type { FormPictures } from './form-pictures.js';
import { renderForm, submissionOf } from './form-rendering.js';
import { checkForm, sayProblem } from './form-values.js';
import type { Outcome, ServiceCommand, ServiceFormStep } from './service-command.js';

const SESSION_ID_BYTES = 18;

interface AdHocSession {
  readonly command: ServiceCommand;
  readonly dialogue: Dialogue;
  /** The full JID and the address that it was begun with; no other may go on (K04). */
  readonly from: string;
  readonly to: string;
}

/** Ad-hoc commands (XEP-0050). */
export class AdHocCommands {
  readonly #sessions: Dialogues<AdHocSession>;
  readonly #outcomes = new WeakMap<IqRequest, Outcome>();

  constructor(
    readonly context: ServiceContext,
    readonly catalogue: CommandCatalogue,
    private readonly pictures: FormPictures,
    now?: () => number,
  ) {
    const { dialoguesPerUser, dialogueIdleMs } = context.options.limits;
    this.#sessions = new Dialogues({
      perOwner: dialoguesPerUser,
      timeoutMs: dialogueIdleMs,
      ...(now && { now }),
    });
  }

  handler(): IqHandler {
    return {
      ns: NS.COMMANDS,
      name: 'command',
      targets: ['service', 'place'],
      set: (request) => this.#handle(request),
      afterSet: (request) => runAfterwards(this.context, this.#outcomes.get(request)?.afterwards),
    };
  }

  /** Forgets what a user has begun, as when his account is erased. */
  forget(owner: string): void {
    this.#sessions.closeAll(owner);
  }

  async #handle(request: IqRequest): Promise<IqAnswer> {
    const asked = parseCommandRequest(request.payload);
    if (asked.sessionId === undefined) return this.#start(request, asked);
    const id = asked.sessionId;
    const session = this.#sessions.find(id);
    if (session === 'expired') throw commandError('session-expired');
    if (
      session === 'unknown' ||
      session.from !== request.from.full ||
      session.to !== request.to.bare ||
      session.command.node !== asked.node
    ) {
      throw commandError('bad-sessionid');
    }
    return this.#proceed(request, asked, id, session);
  }

  async #start(request: IqRequest, asked: CommandRequest): Promise<IqAnswer> {
    const caller = callerOf(request);
    const command = this.catalogue.byNode(asked.node, caller);
    if (!command) throw new StanzaError('item-not-found');
    if (!this.catalogue.allows(command, caller)) throw new StanzaError('forbidden');
    // Before there is a session, only `execute` has a meaning (XEP-0050 §3.4).
    if (asked.action !== 'execute') throw commandError('bad-action');
    const id = randomBytes(SESSION_ID_BYTES).toString('base64url');
    const result = await runStage(this.context, request.language, () => command.start(caller));
    if (result.kind !== 'form') return this.#finish(request, command, id, result);
    const dialogue = new Dialogue(result);
    this.#sessions.open(id, request.from.bare, {
      command,
      dialogue,
      from: request.from.full,
      to: request.to.bare,
    });
    return this.#show(request, command, id, dialogue, result);
  }

  async #proceed(
    request: IqRequest,
    asked: CommandRequest,
    id: string,
    { command, dialogue }: AdHocSession,
  ): Promise<IqAnswer> {
    if (asked.action === 'cancel' || asked.form?.type === 'cancel') {
      this.#sessions.close(id);
      return commandResult({ node: command.node, sessionId: id, status: 'canceled' });
    }
    if (dialogue.busy) throw new StanzaError('resource-constraint');
    if (asked.action === 'prev') {
      if (!dialogue.canGoBack) throw commandError('bad-action');
      return this.#show(request, command, id, dialogue, dialogue.back());
    }
    const { language } = request;
    const submission = asked.form ? submissionOf(asked.form) : new Map<string, readonly string[]>();
    const checked = checkForm(dialogue.form, submission);
    if (!checked.ok || (asked.form && asked.form.type !== 'submit')) {
      const text = checked.ok ? undefined : sayProblem(checked.problem, this.context.translator, language);
      throw commandError('bad-payload', text, language);
    }
    const result = await runStage(this.context, language, () => dialogue.submit(checked.values));
    if (result.kind === 'form') return this.#show(request, command, id, dialogue, result);
    this.#sessions.close(id);
    return this.#finish(request, command, id, result);
  }

  /** Both `next` and `complete` submit: how many stages a network asks is known to it alone. */
  async #show(
    { language, from }: IqRequest,
    command: ServiceCommand,
    sessionId: string,
    dialogue: Dialogue,
    step: ServiceFormStep,
  ): Promise<IqAnswer> {
    const { translator } = this.context;
    const { media, attached } = await this.pictures.show(from.bare, step.form);
    const form = renderForm(step.form, (text) => translator.say(text, language), command.formType, media);
    const problem = step.problem && translator.say(step.problem, language);
    return commandResult({
      node: command.node,
      sessionId,
      status: 'executing',
      lang: language,
      actions: {
        default: 'complete',
        allowed: dialogue.canGoBack ? ['prev', 'next', 'complete'] : ['next', 'complete'],
      },
      ...(problem !== undefined && { notes: [{ type: 'error', text: problem }] }),
      form: withProblem(form, problem),
      attached,
    });
  }

  #finish(
    request: IqRequest,
    command: ServiceCommand,
    sessionId: string,
    result: Exclude<StageResult, ServiceFormStep>,
  ): IqAnswer {
    const language = (result.kind === 'done' ? result.result.language : undefined) ?? request.language;
    const stage = { node: command.node, sessionId, status: 'completed', lang: language } as const;
    if (result.kind === 'failed') {
      return commandResult({ ...stage, notes: [{ type: 'error', text: result.text }] });
    }
    this.#outcomes.set(request, result.result);
    const { translator } = this.context;
    const texts = [...(result.note ? [result.note] : []), ...(result.lines ?? [])];
    const said = texts.map((text) => translator.say(text, language)).join('\n');
    const { report } = result.result;
    return commandResult({
      ...stage,
      ...(said !== '' && { notes: [{ type: 'info', text: said }] }),
      ...(report && {
        form: {
          type: 'result',
          fields: [formTypeField(report.formType), ...report.fields],
        },
      }),
    });
  }
}

/** Says in the form, too, what was wrong: some clients show no note beside a form. */
function withProblem(form: DataForm, problem: string | undefined): DataForm {
  if (problem === undefined) return form;
  return { ...form, instructions: [problem, ...(form.instructions ? [form.instructions] : [])].join('\n') };
}
