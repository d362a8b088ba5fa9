/** Names with a number that are tried. */
const NUMBERED = 9;
/** Characters of a name, before the network's own limit. */
const LONGEST = 64;

/** How a network changes a name so that it can be one there; empty when nothing is left of it. */
export type EffectiveName = (wanted: string) => string;

/**
 * What somebody of another leg may be called, in the order of preference: by his own name; with the label of his leg, if
 * that is taken; then with a number. Where the network cuts names, it is the own name that becomes shorter. Pure.
 */
export function puppetNames(nick: string, label: string, effective: EffectiveName): readonly string[] {
  const own = effective(nick.slice(0, LONGEST));
  const names = [own];
  for (let number = 1; number <= NUMBERED; number += 1)
    names.push(withSuffix(own, `[${label}]${number === 1 ? '' : number}`, effective));
  return [...new Set(names)].filter((name) => name !== '');
}

function withSuffix(own: string, suffix: string, effective: EffectiveName): string {
  const end = effective(`x${suffix}`).slice(1);
  for (const base = [...own]; base.length > 0; base.pop()) {
    const name = effective(base.join('') + suffix);
    if (name.endsWith(end)) return name;
  }
  return effective(suffix);
}
