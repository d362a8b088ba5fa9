import parsePhoneNumber from 'libphonenumber-js/max';
import type { PeopleFacet } from '../../../src/gateway/session.js';
import { displayOf, kindOf } from '../address.js';

/** What a number says about whom it belongs to; the telephone network tells nothing else. */
export function people(): PeopleFacet {
  return {
    describe: async (contact) => {
      const number = kindOf(contact) === 'number' ? parsePhoneNumber(contact) : undefined;
      const lines = number
        ? [number.formatInternational(), number.country ?? '', number.getType() ?? '']
        : [displayOf(contact)];
      return { name: displayOf(contact), lines: lines.filter((line) => line !== '') };
    },
    profile: async (contact) => ({
      name: displayOf(contact),
      ...(kindOf(contact) === 'number' && { phone: contact }),
    }),
  };
}
