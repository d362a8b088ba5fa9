const FIRST_FRIEND = 100_000_000;
const FIRST_OWNER = 200_000_000;

/** Number of somebody on Telegram whom the users know; up to `people` of them are everybody's. */
export function friendId(person: number): number {
  return FIRST_FRIEND + person;
}

/** Number of a user's own account on Telegram. */
export function ownerId(user: number): number {
  return FIRST_OWNER + user;
}
