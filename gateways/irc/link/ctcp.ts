import type { GatewayEnvironment } from '../../../src/gateway/gateway.js';

/** Answers in a row and then one per interval: a stranger must not make us flood (S16). */
const burst = 3;
const intervalMs = 5000;
/** A PING carries a few characters of the asker's. */
const maxEcho = 64;

/** Answers to CTCP requests of one connection; anything but VERSION, PING and TIME is ignored. */
export class CtcpAnswers {
  readonly #software: GatewayEnvironment['software'];
  #tokens = burst;
  #at = 0;

  constructor(software: GatewayEnvironment['software']) {
    this.#software = software;
  }

  /** The CTCP reply to a request (text with its first \x01), or undefined when there is none to give. */
  answer(request: string, now: number): string | undefined {
    const [word = '', ...rest] = request.replaceAll('\x01', '').split(' ');
    const reply = this.#reply(word.toUpperCase(), rest.join(' '), now);
    if (reply === undefined) return undefined;
    this.#tokens = Math.min(burst, this.#tokens + (now - this.#at) / intervalMs);
    this.#at = now;
    if (this.#tokens < 1) return undefined;
    this.#tokens--;
    return `\x01${reply}\x01`;
  }

  #reply(word: string, argument: string, now: number): string | undefined {
    switch (word) {
      case 'VERSION':
        return `VERSION ${this.#software.name} ${this.#software.version}`;
      case 'PING':
        return `PING ${argument.slice(0, maxEcho)}`;
      case 'TIME':
        return `TIME ${new Date(now).toUTCString()}`;
      default:
        return undefined;
    }
  }
}
