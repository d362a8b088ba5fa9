/** Longer ones are of no use to a reader. */
const MAX_LINK = 2_000;
const SCHEMES = /^(?:https?|ftp|mailto|tel|sms|xmpp|geo|magnet|matrix|sips?):/i;

/** Where a link leads, if a person could follow it: no scripts, no inline data, no places within the page. */
export function linkTarget(href: string | undefined): string | undefined {
  const target = href?.replace(/[\s\p{Cc}]+/gu, '');
  if (target === undefined || target.length > MAX_LINK) return undefined;
  return SCHEMES.test(target) ? target : undefined;
}

/** Whether the words of a link are the link: nobody needs it twice. */
export function saysTarget(words: string, target: string): boolean {
  return bare(words) === bare(target);
}

function bare(text: string): string {
  return text
    .slice(0, MAX_LINK)
    .trim()
    .toLowerCase()
    .replace(/^(?:https?|mailto|tel|sms|xmpp):(?:\/\/)?/, '')
    .replace(/^www\./, '')
    .replace(/(?:\/|\?subject=.*)$/, '');
}
