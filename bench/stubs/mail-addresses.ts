/** Mail domain of the gateway. */
export const MAIL_DOMAIN = 'mail.bench';
/** Mail domain of the people whom users write to. */
export const PEOPLE_DOMAIN = 'people.bench';
/** Mail domain of users' own mailboxes. */
export const MAILBOX_DOMAIN = 'mailboxes.bench';

/** The address of a user in the gateway's mail domain. */
export function userAddress(user: number): string {
  return `${userName(user)}@${MAIL_DOMAIN}`;
}

/** What a user picks before the `@`. */
export function userName(user: number): string {
  return `user${user}`;
}

/** An address of nobody else's. */
export function personAddress(user: number, person: number): string {
  return `p${person}-of-u${user}@${PEOPLE_DOMAIN}`;
}

/** The address of a user's own mailbox. */
export function mailboxAddress(user: number): string {
  return `u${user}@${MAILBOX_DOMAIN}`;
}
