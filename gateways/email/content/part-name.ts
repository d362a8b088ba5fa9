import type { MailPart } from '../mail/parsed-mail.js';

/** What files are called that their senders have given no name, where the type alone does not tell it. */
const NAMES: Readonly<Record<string, string>> = {
  'text/plain': 'message.txt',
  'text/html': 'message.html',
  'text/calendar': 'invitation.ics',
  'text/vcard': 'contact.vcf',
  'text/x-vcard': 'contact.vcf',
  'message/rfc822': 'message.eml',
  'message/global': 'message.eml',
  'application/pkcs7-mime': 'smime.p7m',
  'application/x-pkcs7-mime': 'smime.p7m',
  'application/pgp-keys': 'key.asc',
  'application/ms-tnef': 'winmail.dat',
};

/** The part as a file to be passed on. */
export function asFile(part: MailPart, name = NAMES[part.type]): MailPart {
  if (part.fileName !== undefined || name === undefined) return part;
  return { ...part, fileName: name, open: () => part.open() };
}
