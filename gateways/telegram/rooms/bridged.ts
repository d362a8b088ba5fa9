import type { TgChat } from '../client/model.js';

/** Whether that chat is a room of the user's: he is in it, and it has not become another one. */
export function isRoom({ left, migratedTo }: TgChat): boolean {
  return !left && migratedTo === undefined;
}
