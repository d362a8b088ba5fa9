import type { TgButton, TgMessage } from '../client/model.js';
import { cleanLine } from './names.js';

/** Telegram allows a hundred. */
const MAX_BUTTONS = 100;
const MAX_WORDS = 100;
/** UTF-16 units of an address that are shown. */
const MAX_ADDRESS = 2_048;

/** The buttons of a message in the order of their numbers, which begin with 1: what `press` chooses from. */
export function numberedButtons({ buttons = [] }: Pick<TgMessage, 'buttons'>): readonly TgButton[] {
  return buttons.flat().slice(0, MAX_BUTTONS);
}

/** One line for each; links need no pressing. */
export function buttonLines(buttons: readonly TgButton[]): readonly string[] {
  return buttons.map((button, index) => {
    const words = `${index + 1}. ${cleanLine(button.text, MAX_WORDS)}`;
    return button.kind === 'link' ? `${words} (${cleanLine(button.url, MAX_ADDRESS)})` : words;
  });
}

/** Whether `press` does something with it. */
export function isPressable({ kind }: TgButton): boolean {
  return kind === 'callback' || kind === 'say';
}
