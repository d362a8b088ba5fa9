import { GatewayError } from '../../../src/gateway/error.js';
import type { TgClient } from '../client/client.js';
import type { PeerId, TgButton, TgMessage } from '../client/model.js';
import { numberedButtons } from '../content/buttons.js';
import { cleanLine } from '../content/names.js';
import { inWords } from '../failure.js';

/** `vote 1`, `vote 1 2`, `press 3`: what the remarks below polls and buttons say. */
const WORDS = /^\s*(vote|press)((?:[\s,]+\d{1,3})+)\s*$/i;
/** Characters of a bot's answer that are shown. */
const MAX_ANSWER = 1_000;

/** What the user has chosen. */
export interface Choice {
  readonly act: 'vote' | 'press';
  /** From 1. */
  readonly numbers: readonly number[];
}

/** What comes of it: nothing to say, words to be sent instead, or an answer to be shown. */
export interface Taken {
  readonly say?: string;
  readonly answer?: string;
}

/** Undefined for a text that is just a text. */
export function readChoice(text: string): Choice | undefined {
  const [, act, numbers = ''] = WORDS.exec(text) ?? [];
  if (act === undefined) return undefined;
  const chosen = numbers.split(/[\s,]+/).filter((word) => word !== '');
  return { act: act.toLowerCase() === 'vote' ? 'vote' : 'press', numbers: [...new Set(chosen.map(Number))] };
}

/** Whether that message offers what the user has chosen from. */
export function offers(message: TgMessage, { act }: Choice): boolean {
  return act === 'vote' ? message.media?.kind === 'poll' : numberedButtons(message).length > 0;
}

/**
 * Votes, or presses a button.
 * @throws {GatewayError} when there is no such answer, or Telegram refuses
 */
export async function takeOffer(
  client: Pick<TgClient, 'vote' | 'press'>,
  message: TgMessage,
  { act, numbers }: Choice,
): Promise<Taken> {
  if (act === 'press') return press(client, message, numbers[0] ?? 0);
  const poll = message.media?.kind === 'poll' ? message.media.poll : undefined;
  const options = numbers.flatMap((number) => poll?.answers[number - 1]?.option ?? []);
  if (options.length !== numbers.length) throw noSuchAnswer();
  await inWords(client.vote(message.chat, message.id, options));
  return {};
}

async function press(client: Pick<TgClient, 'press'>, message: TgMessage, number: number): Promise<Taken> {
  const button: TgButton | undefined = numberedButtons(message)[number - 1];
  switch (button?.kind) {
    case undefined:
      throw noSuchAnswer();
    case 'say':
      return { say: button.text };
    case 'link':
      return { answer: button.url };
    case 'unsupported':
      throw new GatewayError('unsupported', { key: 'telegram-button-unsupported' });
    case 'callback': {
      if (button.needsPassword) throw new GatewayError('unsupported', { key: 'telegram-button-unsupported' });
      return pressCallback(client, message.chat, message.id, button.data);
    }
  }
}

async function pressCallback(
  client: Pick<TgClient, 'press'>,
  chat: PeerId,
  message: number,
  data: string,
): Promise<Taken> {
  const { text, url } = await inWords(client.press(chat, message, data)).catch(onceOnly);
  const said = [cleanLine(text ?? '', MAX_ANSWER), url ?? ''].filter((words) => words !== '');
  return said.length > 0 ? { answer: said.join('\n') } : {};
}

/** Nobody knows what a second time would do: it is for the user to press again. */
function onceOnly(error: unknown): never {
  if (error instanceof GatewayError && error.outcome === 'unknown')
    throw new GatewayError(error.code, error.text);
  throw error;
}

function noSuchAnswer(): GatewayError {
  return new GatewayError('rejected', { key: 'telegram-no-such-answer' });
}
