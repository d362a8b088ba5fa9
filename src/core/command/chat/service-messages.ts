import { randomUUID } from 'node:crypto';
import type { Form } from '../../../gateway/form.js';
import { el, type XmlElement } from '../../../xmpp/element.js';
import type { Jid } from '../../../xmpp/jid.js';
import { NS } from '../../../xmpp/namespace.js';
import { StanzaError } from '../../../xmpp/stanza-error.js';
import type { Account } from '../../account/account.js';
import { admit } from '../../account/policy.js';
import type { IqTarget } from '../../iq-router.js';
import { fileStanzaParts } from '../../media/file-stanza.js';
import type { ServiceContext } from '../../service/service-context.js';
import { callerOf } from '../caller.js';
import type { CommandCatalogue } from '../catalogue.js';
import { runAfterwards, runStage, type StageResult } from '../command-runner.js';
import { Dialogue } from '../dialogue.js';
import { Dialogues } from '../dialogues.js';
import { type FormPictures, picturesOf } from '../form-pictures.js';
import { checkForm, type Submission, sayProblem } from '../form-values.js';
import type { Caller, Outcome, ServiceFormStep } from '../service-command.js';
import { ChatWords } from './chat-words.js';
import { FormConversation } from './form-conversation.js';

/** How a serialised message ends. */
const END = '</message>';
/** Messages of one user that wait while an earlier one is worked on; more are dropped. */
const MAX_WAITING = 8;

/** A message to the gateway's domain or to a part of the network. */
export interface ServiceMessage {
  readonly stanza: XmlElement;
  readonly from: Jid;
  readonly to: Jid;
  readonly account: Account | undefined;
  readonly language: string;
  readonly target: IqTarget;
}

interface Chat {
  readonly dialogue: Dialogue;
  conversation: FormConversation;
  /** What has been said of a form before its questions. */
  introduced: string;
}

/** Where an answer goes. */
interface Peer {
  /** Bare JID of the gateway or of the part of the network. */
  readonly self: string;
  readonly caller: Caller;
}

interface Reply {
  readonly lines: readonly string[];
  /** Whose pictures follow. */
  readonly form?: Form;
  readonly outcome?: Outcome;
}

/** Chat with the gateway's own JID: the same commands, for clients without forms (K06, K07). */
export class ServiceMessages {
  readonly #chats: Dialogues<Chat>;
  readonly #words: ChatWords;
  /** The end of each conversation's queue: one message after the other. */
  readonly #queues = new Map<string, { waiting: number; tail: Promise<void> }>();

  constructor(
    readonly context: ServiceContext,
    readonly catalogue: CommandCatalogue,
    private readonly pictures: FormPictures,
    now?: () => number,
  ) {
    const { dialoguesPerUser, dialogueIdleMs } = context.options.limits;
    this.#chats = new Dialogues({
      perOwner: dialoguesPerUser,
      timeoutMs: dialogueIdleMs,
      ...(now && { now }),
    });
    this.#words = new ChatWords(context.translator);
  }

  /**
   * Resolves when the answer has been sent. Says nothing to what is not chat.
   * @throws {StanzaError} `forbidden` to those who may not use the domain
   */
  async handle(message: ServiceMessage): Promise<void> {
    const { from, language } = message;
    const body = chatBody(message.stanza);
    if (body === undefined || from.domain === this.context.options.domain) return;
    if (admit(this.context.options, from) !== 'allowed') {
      const text = this.context.translator.say({ key: 'error-not-admitted' }, language);
      throw new StanzaError('forbidden', { text, lang: language });
    }
    const peer = { self: message.to.bare, caller: callerOf(message) };
    await this.#queue(peer, async () => {
      await this.#tell(peer, await this.#answer(peer, body));
    });
  }

  /** Goes on in chat with a dialogue that was begun elsewhere; the first question is sent at once. */
  proceed(caller: Caller, step: ServiceFormStep): void {
    const peer = { self: this.context.options.domain, caller };
    this.#reply(peer, this.#begin(peer, step));
  }

  /** Forgets what a user has begun, as when his account is erased. */
  forget(owner: string): void {
    this.#chats.closeAll(owner);
  }

  #queue(peer: Peer, work: () => Promise<void>): Promise<void> {
    const key = keyOf(peer);
    const queue = this.#queues.get(key) ?? { waiting: 0, tail: Promise.resolve() };
    if (queue.waiting >= MAX_WAITING) return Promise.resolve();
    queue.waiting += 1;
    const done = queue.tail.then(work).finally(() => {
      queue.waiting -= 1;
      if (queue.waiting === 0) this.#queues.delete(key);
    });
    queue.tail = done.catch(() => undefined);
    this.#queues.set(key, queue);
    return done;
  }

  async #answer(peer: Peer, body: string): Promise<Reply> {
    const chat = this.#chats.find(keyOf(peer));
    if (this.#words.isCancel(body) && !(chat === 'unknown' && this.#isCommand(peer, body))) {
      this.#chats.close(keyOf(peer));
      return { lines: [this.#say(peer, typeof chat === 'object' ? 'cancelled' : 'nothingToCancel')] };
    }
    if (chat === 'expired') {
      this.#chats.close(keyOf(peer));
      return { lines: [this.#say(peer, 'expired')] };
    }
    return chat === 'unknown' ? this.#command(peer, body) : this.#continue(peer, chat, body);
  }

  /** Whether the word is one of a command that the caller is offered: `cancel` is both. */
  #isCommand({ caller }: Peer, body: string): boolean {
    const command = this.catalogue.byWord(body.trim().toLowerCase(), caller);
    return command !== undefined && this.catalogue.allows(command, caller);
  }

  async #command(peer: Peer, body: string): Promise<Reply> {
    const [word = '', argument] = splitCommand(body);
    const { caller } = peer;
    if (this.#words.isHelp(word)) return { lines: this.#help(peer) };
    const command = this.catalogue.byWord(word.toLowerCase(), caller);
    // What was typed is not quoted back: after a time-out it may be the answer to a secret question.
    if (!command) return { lines: [this.#hint(peer)] };
    if (!this.catalogue.allows(command, caller)) return { lines: [this.#say(peer, 'notNow')] };
    const result = await runStage(this.context, caller.language, () => command.start(caller));
    if (result.kind !== 'form') return this.#finish(peer, result);
    const introduction = this.#begin(peer, result);
    const chat = this.#chats.find(keyOf(peer));
    if (argument === undefined || typeof chat === 'string') return introduction;
    return this.#continue(peer, chat, argument, false);
  }

  /** `seen`: the user has been shown what he answers. */
  async #continue(peer: Peer, chat: Chat, body: string, seen = true): Promise<Reply> {
    const { translator } = this.context;
    const { language } = peer.caller;
    const answered = chat.conversation.answer(body, seen);
    if (answered.kind === 'asking') return { lines: this.#question(peer, chat) };
    if (answered.kind === 'refused') {
      return { lines: [sayProblem(answered.problem, translator, language), ...this.#question(peer, chat)] };
    }
    return this.#submit(peer, chat, answered.submission);
  }

  async #submit(peer: Peer, chat: Chat, submission: Submission): Promise<Reply> {
    const { translator } = this.context;
    const { language } = peer.caller;
    const checked = checkForm(chat.dialogue.form, submission);
    if (!checked.ok) {
      const said = sayProblem(checked.problem, translator, language);
      const { lines, form } = this.#restart(peer, chat);
      return { lines: [said, ...lines], ...(form && { form }) };
    }
    const result = await runStage(this.context, language, () => chat.dialogue.submit(checked.values));
    if (result.kind === 'form') return this.#restart(peer, chat);
    this.#chats.close(keyOf(peer));
    return this.#finish(peer, result);
  }

  #begin(peer: Peer, step: ServiceFormStep): Reply {
    const dialogue = new Dialogue(step);
    const chat = { dialogue, conversation: new FormConversation(step.form, this.#words), introduced: '' };
    this.#chats.open(keyOf(peer), peer.caller.from.bare, chat);
    const { lines, form } = this.#restart(peer, chat);
    return { lines: [...lines, this.#say(peer, 'howToCancel')], ...(form && { form }) };
  }

  /** Asks the form that waits now from its first question on; what was said of it already is not said again. */
  #restart(peer: Peer, chat: Chat): Reply {
    const { translator } = this.context;
    const say = (text: Parameters<typeof translator.say>[0]) => translator.say(text, peer.caller.language);
    const step = chat.dialogue.current;
    const { problem, form } = step;
    step.ready
      ?.then(() => this.#resume(peer, chat, step))
      .catch((error: unknown) => this.context.log.error({ err: error }, 'a chat could not go on'));
    chat.conversation = new FormConversation(form, this.#words);
    const introduction = chat.conversation.introduction(say);
    const introduced = introduction.join('\n');
    const known = problem !== undefined && introduced === chat.introduced;
    chat.introduced = introduced;
    const lines = [
      ...(problem ? [say(problem)] : []),
      ...(known ? [] : introduction),
      ...chat.conversation.question(say),
    ];
    return known ? { lines } : { lines, form };
  }

  /** What the user was to do elsewhere is done: unless he has gone on already, the dialogue does. */
  async #resume(peer: Peer, chat: Chat, step: ServiceFormStep): Promise<void> {
    await this.#queue(peer, async () => {
      if (chat.dialogue.current !== step || this.#chats.find(keyOf(peer)) !== chat) return;
      await this.#tell(peer, await this.#submit(peer, chat, chat.conversation.onRecord()));
    });
  }

  #question(peer: Peer, chat: Chat): string[] {
    return chat.conversation.question((text) => this.context.translator.say(text, peer.caller.language));
  }

  #finish(peer: Peer, result: Exclude<StageResult, ServiceFormStep>): Reply {
    if (result.kind === 'failed') return { lines: [result.text] };
    const texts = [...(result.note ? [result.note] : []), ...(result.lines ?? [])];
    const language = result.result.language ?? peer.caller.language;
    const lines = texts.map((text) => this.context.translator.say(text, language));
    return { lines: lines.length > 0 ? lines : [this.#say(peer, 'done')], outcome: result.result };
  }

  #help(peer: Peer): string[] {
    const { caller } = peer;
    const { translator } = this.context;
    const commands = this.catalogue.list(caller).filter((command) => command.word !== undefined);
    return [
      this.#say(peer, 'help'),
      ...commands.map(({ word, title }) => `${word} — ${translator.say(title, caller.language)}`),
    ];
  }

  #hint(peer: Peer): string {
    const words = this.catalogue.list(peer.caller).flatMap(({ word }) => word ?? []);
    const args = { words: ['help', ...new Set(words)].join(', ') };
    return this.context.translator.say({ key: 'chat-unknown', args }, peer.caller.language);
  }

  #say(peer: Peer, sentence: keyof typeof SENTENCES): string {
    return this.context.translator.say(SENTENCES[sentence], peer.caller.language);
  }

  /** Never rejects. */
  async #tell(peer: Peer, reply: Reply): Promise<void> {
    this.#reply(peer, reply);
    await runAfterwards(this.context, reply.outcome?.afterwards);
  }

  #reply(peer: Peer, { lines, form, outcome }: Reply): void {
    this.#send(peer, lines.join('\n'), outcome?.language);
    for (const { name, picture } of form ? picturesOf(form) : []) {
      void this.pictures.published(peer.caller.from.bare, name, picture).then((file) => {
        if (!file) return;
        const { body, payload } = fileStanzaParts(file);
        this.#send(peer, body, peer.caller.language, payload);
      });
    }
  }

  #send({ self, caller }: Peer, body: string, language = caller.language, payload = ''): void {
    const attrs = {
      from: self,
      to: caller.from.full,
      type: 'chat',
      id: randomUUID(),
      'xml:lang': language,
    };
    const message = el('message', NS.COMPONENT, attrs, el('body', NS.COMPONENT, null, body));
    const xml = message.toString(NS.COMPONENT);
    this.context.sink.send(payload === '' ? xml : `${xml.slice(0, -END.length)}${payload}${END}`);
  }
}

const SENTENCES = {
  cancelled: { key: 'chat-cancelled' },
  nothingToCancel: { key: 'chat-nothing-to-cancel' },
  expired: { key: 'chat-expired' },
  notNow: { key: 'chat-not-allowed' },
  howToCancel: { key: 'chat-how-to-cancel' },
  done: { key: 'chat-done' },
  help: { key: 'chat-help' },
} as const;

const keyOf = ({ self, caller }: Peer): string => `${caller.from.bare} ${self}`;

/** The first word, and what follows it; a slash before it, as IRC users type it, is ignored. */
function splitCommand(body: string): [string, string | undefined] {
  const [, word = '', argument] = /^\s*\/?(\S+)(?:\s+([\s\S]*\S))?\s*$/.exec(body) ?? [];
  return [word, argument];
}

/** Types of message that are not said to anybody (RFC 6121 §5.2.2); an unknown type is `normal`. */
const NOT_CHAT: ReadonlySet<string> = new Set(['groupchat', 'error', 'headline']);

/** The text of a message that a person has just typed; undefined for any other (K07). */
function chatBody(stanza: XmlElement): string | undefined {
  if (NOT_CHAT.has(stanza.attrs.type ?? '') || stanza.child('delay', NS.DELAY)) return undefined;
  const body = stanza.childText('body', NS.COMPONENT);
  return body === undefined || body.trim() === '' ? undefined : body;
}
