/** Stream errors that say that the domain is not ours to have (RFC 6120 §4.9.3, XEP-0114 §3). */
export const REFUSALS: ReadonlySet<string> = new Set([
  'conflict',
  'host-gone',
  'host-unknown',
  'not-authorized',
]);

/** Stream errors that are about something we wrote; sending it again would only end the next stream. */
export const ABOUT_CONTENT: ReadonlySet<string> = new Set([
  'bad-format',
  'bad-namespace-prefix',
  'improper-addressing',
  'invalid-from',
  'invalid-namespace',
  'invalid-xml',
  'not-well-formed',
  'policy-violation',
  'restricted-xml',
  'unsupported-encoding',
  'unsupported-stanza-type',
  'xml-not-well-formed',
]);
