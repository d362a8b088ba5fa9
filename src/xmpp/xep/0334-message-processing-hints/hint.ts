import { NS } from '../../namespace.js';

/** To be kept although it has no text (XEP-0334 §4.4), as XML text. */
export const STORE = `<store xmlns='${NS.HINTS}'/>`;

/** Not to be kept anywhere (XEP-0334 §4.2), as XML text. */
export const NO_STORE = `<no-store xmlns='${NS.HINTS}'/>`;
