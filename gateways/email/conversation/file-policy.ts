import type { Text } from '../../../src/gateway/text.js';
import type { MailPart } from '../mail/parsed-mail.js';

/** Names of refused files that are told; of more only that there are more. */
const NAMED = 5;

/** The files of a mail by the operator's rules, and what is said of those that are not passed on. */
export function sortFiles(
  files: readonly MailPart[],
  refusedEndings: readonly string[],
): { readonly passed: readonly MailPart[]; readonly remarks: readonly Text[] } {
  const refused = files.filter(({ fileName = '' }) => refusedEndings.includes(endingOf(fileName)));
  const remarks = refused.slice(0, NAMED).map(({ fileName = '' }) => ({
    key: 'email-remark-file-refused',
    args: { name: fileName },
  }));
  const more = refused.length - remarks.length;
  return {
    passed: files.filter((file) => !refused.includes(file)),
    remarks: more > 0 ? [...remarks, { key: 'email-remark-files-refused', args: { count: more } }] : remarks,
  };
}

/** As the systems read it that run files by their names: they drop dots and spaces at the end. */
function endingOf(name: string): string {
  const bare = name.replace(/[\s.\p{Cf}\p{Cc}]+$/u, '');
  const dot = bare.lastIndexOf('.');
  return dot < 0 ? '' : bare.slice(dot + 1).toLowerCase();
}
