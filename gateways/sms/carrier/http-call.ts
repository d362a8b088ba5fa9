import type { Readable } from 'node:stream';
import { Agent, buildConnector, type Dispatcher, errors, request } from 'undici';

/**
 * Bytes of an answer that may wait to be read. undici 7 ends the process where a server closes while it makes one wait
 * (nodejs/undici#5360); these are read as they come, by readers with bounds of their own.
 */
const WAITING_BYTES = Number.MAX_SAFE_INTEGER;

/** Bounds on what a call may take. */
export interface HttpLimits {
  /** TCP and TLS. */
  readonly connectMs: number;
  /** From the request to the end of the answer. */
  readonly answerMs: number;
  readonly answerBytes: number;
  /** Requests under way at once. */
  readonly concurrent: number;
  /** Requests that wait for one of them to end. */
  readonly queued: number;
}

/** One request. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Its answer, whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** An answer that is read as it comes. */
export interface HttpStream {
  readonly status: number;
  /** Where a redirect points. */
  readonly location?: string;
  readonly body: Readable;
}

/** Nothing of the request has left: no address, no connection, no trusted certificate, or it cannot be written. */
export class NotReached extends Error {
  constructor(
    /** Short, without secrets: an error code. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
    this.name = 'NotReached';
  }
}

/** The request, or a part of it, went out and no whole answer came: the peer may have acted on it. */
export class AnswerLost extends Error {
  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
    this.name = 'AnswerLost';
  }
}

/**
 * HTTP to one provider, which tells a request that never left from one whose answer was lost: only the first may be
 * tried again. Every request has a connection of its own, because one that was kept may be closed by the peer just as
 * it is used, and nobody could tell then. Certificates are verified; redirects are not followed.
 */
export class HttpCaller {
  readonly #agent: Agent;
  readonly #limits: HttpLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** `ca`: PEM of the authorities to trust instead of the usual ones. */
  constructor(limits: HttpLimits, ca?: string) {
    this.#limits = limits;
    const connect = buildConnector({ timeout: limits.connectMs, ...(ca === undefined ? {} : { ca }) });
    this.#agent = new Agent({
      connections: limits.concurrent,
      pipelining: 0,
      connect(options, callback) {
        connect(options, (...[error, socket]) => {
          if (error) callback(new NotReached(reasonOf(error), { cause: error }), null);
          else callback(null, socket);
        });
      },
    });
  }

  /** Rejects with {@link NotReached} or {@link AnswerLost}. */
  async call(wanted: HttpRequest): Promise<HttpAnswer> {
    if (this.#running >= this.#limits.concurrent) {
      if (this.#waiting.length >= this.#limits.queued) throw new NotReached('too many requests wait');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    try {
      return await this.#exchange(wanted);
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Ends what is under way: its answers are lost. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }

  /** Starts reading an answer of any length. Rejects as {@link call}. */
  async open(url: string, headers: Readonly<Record<string, string>>): Promise<HttpStream> {
    const answer = await this.#send({ method: 'GET', url, headers });
    const { location } = answer.headers;
    return {
      status: answer.statusCode,
      body: answer.body,
      ...(typeof location === 'string' ? { location } : {}),
    };
  }

  async #exchange(wanted: HttpRequest): Promise<HttpAnswer> {
    const signal = AbortSignal.timeout(this.#limits.connectMs + this.#limits.answerMs);
    const answer = await this.#send(wanted, signal);
    try {
      return { status: answer.statusCode, body: await this.#read(answer.body) };
    } catch (error) {
      throw error instanceof AnswerLost ? error : new AnswerLost(reasonOf(error), { cause: error });
    }
  }

  async #send(wanted: HttpRequest, signal?: AbortSignal): Promise<Dispatcher.ResponseData> {
    try {
      return await request(wanted.url, {
        method: wanted.method,
        headers: wanted.headers,
        body: wanted.body ?? null,
        dispatcher: this.#agent,
        highWaterMark: WAITING_BYTES,
        headersTimeout: this.#limits.answerMs,
        bodyTimeout: this.#limits.answerMs,
        reset: true,
        ...(signal ? { signal } : {}),
      });
    } catch (error) {
      if (error instanceof NotReached) throw error;
      // A header or address that cannot be written is found before anything is sent.
      const unwritten =
        error instanceof errors.InvalidArgumentError || error instanceof errors.ClientDestroyedError;
      throw new (unwritten ? NotReached : AnswerLost)(reasonOf(error), { cause: error });
    }
  }

  async #read(body: AsyncIterable<Buffer>): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > this.#limits.answerBytes) throw new AnswerLost('answer too long');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
