/** What a text must not hold unescaped, and what XML 1.0 §2.2 forbids altogether; one test finds both. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const SUSPECT = /[&<>'"\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const REPLACED = /[&<>'"\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
/** In an attribute, white space other than the space would be normalised away (XML 1.0 §3.3.3). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const SUSPECT_ATTR = /[&<>'"\u0000-\u001f\ud800-\udfff\ufffe\uffff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const REPLACED_ATTR = /[&<>'"\u0000-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

function replacement(character: string): string {
  switch (character) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    case "'":
      return '&apos;';
    case '"':
      return '&quot;';
    case '\t':
      return '&#9;';
    case '\n':
      return '&#10;';
    case '\r':
      return '&#13;';
    default:
      return '\ufffd';
  }
}

/**
 * Escapes character data. Characters that XML 1.0 forbids (most controls, U+FFFE, U+FFFF, lone surrogates)
 * become U+FFFD, since a single one of them would make the server close the whole stream.
 */
export function xmlText(text: string): string {
  return SUSPECT.test(text) ? text.replace(REPLACED, replacement) : text;
}

/** Escapes an attribute value for either kind of quotes; forbidden characters as in {@link xmlText}. */
export function xmlAttr(value: string): string {
  return SUSPECT_ATTR.test(value) ? value.replace(REPLACED_ATTR, replacement) : value;
}
