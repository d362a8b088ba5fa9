import { GatewayError } from '../../../src/gateway/error.js';

/** A question whose answer is several replies. */
export interface Query {
  /** The command, lower case, as errors may name it. */
  readonly verb: string;
  /** Only one of a kind and subject is under way at a time. */
  readonly key: string;
  /** Replies that belong to the answer. */
  readonly replies: ReadonlySet<string>;
  readonly end: string;
  /** Folded second parameter of replies, end and errors; undefined when replies name no subject. */
  readonly subject: string | undefined;
  readonly maxReplies: number;
}

interface Running {
  readonly query: Query;
  readonly deadline: number;
  readonly answer: string[][];
  readonly resolve: (answer: string[][]) => void;
  readonly reject: (error: GatewayError) => void;
}

/** Questions of one connection under way: bounded in number, time and size of the answer. */
export class Queries {
  #running: Running[] = [];

  get size(): number {
    return this.#running.length;
  }

  isAsking(key: string): boolean {
    return this.#running.some(({ query }) => query.key === key);
  }

  ask(query: Query, deadline: number): Promise<string[][]> {
    return new Promise((resolve, reject) => {
      this.#running.push({ query, deadline, answer: [], resolve, reject });
    });
  }

  /** A numeric; true when it was part of an answer. `subject` is its folded second parameter. */
  reply(numeric: string, subject: string, params: string[]): boolean {
    for (const running of this.#running) {
      const { query, answer } = running;
      if (query.subject !== undefined && query.subject !== subject) continue;
      if (query.replies.has(numeric)) {
        if (answer.length < query.maxReplies) answer.push([numeric, ...params]);
        return true;
      }
      if (query.end === numeric) {
        this.#remove(running);
        running.resolve(answer);
        return true;
      }
    }
    return false;
  }

  /** An error reply about the subject of a question. */
  refuse(params: readonly string[], error: GatewayError): boolean {
    const running = this.#running.find(
      ({ query }) =>
        params.includes(query.verb) || (query.subject !== undefined && params.includes(query.subject)),
    );
    if (running === undefined) return false;
    this.#remove(running);
    running.reject(error);
    return true;
  }

  tick(now: number): void {
    for (const running of this.#running.filter(({ deadline }) => deadline <= now)) {
      this.#remove(running);
      running.reject(new GatewayError('network-unreachable', { key: 'irc-no-answer' }, 'unknown', true));
    }
  }

  broken(): void {
    const lost = this.#running;
    this.#running = [];
    for (const { reject } of lost)
      reject(new GatewayError('network-unreachable', { key: 'irc-disconnected' }, 'unknown', true));
  }

  #remove(running: Running): void {
    this.#running = this.#running.filter((other) => other !== running);
  }
}
