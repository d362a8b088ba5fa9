import { NS } from '../../namespace.js';

/** The text is shown as it is (XEP-0393 §6), as XML text. */
export const UNSTYLED = `<unstyled xmlns='${NS.STYLING}'/>`;

/** A span directive anywhere, or a quotation at the start of a line (XEP-0393 §4.2, §5). */
const DIRECTIVE = /[*_~`]|^>/m;

/** Whether a client that knows styling could take something in the text for a directive. */
export function mayBeStyled(text: string): boolean {
  return DIRECTIVE.test(text);
}
