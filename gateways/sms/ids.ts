import type { ContactId } from '../../src/gateway/ids.js';

/** Brand: the one place where text becomes an id. */
export const asContactId = (text: string): ContactId => text as ContactId;
