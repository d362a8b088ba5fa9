/** Types that a browser shows without running anything in them; SVG and HTML are not among them. */
const INLINE = /^(?:image\/(?!svg)|video\/|audio\/|text\/plain$)/;

/** Whether a file of this type may be shown where it is opened. */
export function isShownInline(mediaType: string): boolean {
  return INLINE.test(mediaType);
}

/** The header's value (RFC 6266 §4, RFC 8187 §3.2): a name in ASCII for old clients, the real one beside it. */
export function contentDisposition(type: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const extended = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${type}; filename="${plain}"${plain === name ? '' : `; filename*=UTF-8''${extended}`}`;
}
