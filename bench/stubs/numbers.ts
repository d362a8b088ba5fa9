const AREA = '+1212';
const FIRST_LOCAL = 2_000_000;
const PEOPLE_PER_USER = 1_000;

/** Number that the users of the SMS gateway share. */
export const SHARED_NUMBER = '+12125550100';

/** A telephone number of nobody else's; up to 1,000 for each of up to 5,000 users. */
export function personNumber(user: number, person: number): string {
  // From 212 200 0000 on, without 212 555, where the shared number is.
  const index = user * PEOPLE_PER_USER + person + FIRST_LOCAL;
  return `${AREA}${index < 5_550_000 ? index : index + 10_000}`;
}
