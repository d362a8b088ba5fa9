import { randomInt } from 'node:crypto';
import { GatewayError } from '../../gateway/error.js';
import type { LegId } from './model.js';

const CODE_DIGITS = 6;
const CODE = new RegExp(`(?<!\\d)\\d{${CODE_DIGITS}}(?!\\d)`, 'g');

/** Bounds of the questions that are open. */
export interface ConsentLimits {
  /** How long a code is good (ms). */
  readonly consentMs: number;
  /** How often a wrong code may be said in a room, or a right one by somebody who has no rights. */
  readonly codeTries: number;
  /** Questions of one person, and of all. */
  readonly questionsPerUser: number;
  readonly questions: number;
}

/** Rooms that are to be linked when each of some has said its code. */
export interface Question {
  readonly rooms: readonly LegId[];
  /** Who has asked: a bare JID, or a person of a leg. */
  readonly asker: string;
  /** Codes that have still to be said, by leg. */
  readonly codes: ReadonlyMap<LegId, string>;
}

interface Open extends Question {
  readonly codes: Map<LegId, string>;
  readonly timer: NodeJS.Timeout;
  tries: number;
}

/** What words in a room mean for the questions that it is asked. */
export type Heard =
  | { readonly kind: 'nothing' }
  /** Said by somebody without rights there. */
  | { readonly kind: 'not-allowed' }
  /** No such code. */
  | { readonly kind: 'wrong' }
  /** The room agrees; `done`: all have. */
  | { readonly kind: 'agreed'; readonly question: Question; readonly done: boolean };

/** Codes that have to be said in rooms before these are linked, by somebody with rights there. */
export class Consents {
  readonly #open = new Set<Open>();

  /** @param over a question is asked no more without an answer: it took too long, or was guessed at */
  constructor(
    private readonly limits: ConsentLimits,
    private readonly over: (question: Question) => void,
  ) {}

  /**
   * Makes a code for each of these rooms.
   * @throws {GatewayError} `limit`
   */
  ask(rooms: readonly LegId[], asked: readonly LegId[], asker: string): Question {
    const { consentMs, questions, questionsPerUser } = this.limits;
    const own = [...this.#open].filter((question) => question.asker === asker);
    if (own.length >= questionsPerUser || this.#open.size >= questions)
      throw new GatewayError('limit', { key: 'relay-too-many-questions' });
    const codes = new Map(asked.map((id) => [id, newCode()]));
    const timer = setTimeout(() => this.forget(question), consentMs);
    timer.unref();
    const question: Open = { rooms, asker, codes, timer, tries: 0 };
    this.#open.add(question);
    return question;
  }

  /** Takes words said in a room: those that hold its code, or are nothing but what could be one. */
  hear(leg: LegId, text: string, moderator: boolean): Heard {
    const asked = [...this.#open].filter(({ codes }) => codes.has(leg));
    if (asked.length === 0) return { kind: 'nothing' };
    const said: readonly string[] = text.match(CODE) ?? [];
    const question = asked.find(({ codes }) => said.includes(codes.get(leg) ?? ''));
    if (question && moderator) return this.#agree(question, leg);
    if (!question && text.trim() !== said[0]) return { kind: 'nothing' };
    for (const one of question ? [question] : asked) this.#tried(one);
    return { kind: question ? 'not-allowed' : 'wrong' };
  }

  /** Asks no more. */
  forget(question: Question): void {
    for (const open of this.#open) {
      if (open !== question) continue;
      this.#close(open);
      this.over(open);
    }
  }

  /** A room is no more to be asked, as when the relay was made to go. */
  forgetRoom(leg: LegId): void {
    for (const question of this.#open) if (question.codes.has(leg)) this.forget(question);
  }

  /** Nothing is asked any more for somebody who is gone. */
  forgetAsker(asker: string): void {
    for (const question of this.#open) if (question.asker === asker) this.forget(question);
  }

  stop(): void {
    for (const question of this.#open) this.forget(question);
  }

  #agree(question: Open, leg: LegId): Heard {
    question.codes.delete(leg);
    const done = question.codes.size === 0;
    if (done) this.#close(question);
    return { kind: 'agreed', question, done };
  }

  #close(question: Open): void {
    clearTimeout(question.timer);
    this.#open.delete(question);
  }

  #tried(question: Open): void {
    question.tries += 1;
    if (question.tries >= this.limits.codeTries) this.forget(question);
  }
}

function newCode(): string {
  return String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
}
