/** Characters of a text that are looked at. */
const LOOKED_AT = 3_071;

/**
 * Whether a text is what a pattern means, in which `*` stands for anything and `?` for one UTF-16 unit. The cost is at
 * most the product of the lengths: no pattern can make it more. Pure.
 */
export function matchesGlob(glob: string, whole: string): boolean {
  const text = whole.slice(0, LOOKED_AT);
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < text.length) {
    if (glob[at] === '*') {
      star = at;
      resume = index;
      at += 1;
    } else if (glob[at] === '?' || (at < glob.length && glob[at] === text[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      index = resume;
    } else return false;
  }
  while (glob[at] === '*') at += 1;
  return at === glob.length;
}
