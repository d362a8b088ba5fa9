import type { XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** What a client asks for with its join (XEP-0045 §7.2). */
export interface MucJoin {
  readonly password?: string;
  readonly history: {
    readonly maxChars?: number;
    readonly maxStanzas?: number;
    /** UTC milliseconds: the later one of `since` and `seconds`. */
    readonly since?: number;
  };
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Reads the `x` of a join; what is malformed counts as absent. */
export function parseMucJoin(x: XmlElement, now = Date.now()): MucJoin {
  const password = x.childText('password', NS.MUC);
  const attrs = x.child('history', NS.MUC)?.attrs;
  if (!attrs) return { ...(password === undefined ? {} : { password }), history: {} };
  const maxChars = count(attrs.maxchars);
  const maxStanzas = count(attrs.maxstanzas);
  const seconds = count(attrs.seconds);
  const stamp = attrs.since === undefined ? Number.NaN : Date.parse(attrs.since);
  const bounds = [
    ...(seconds === undefined ? [] : [now - seconds * 1000]),
    ...(Number.isNaN(stamp) ? [] : [stamp]),
  ];
  return {
    ...(password === undefined ? {} : { password }),
    history: {
      ...(maxChars === undefined ? {} : { maxChars }),
      ...(maxStanzas === undefined ? {} : { maxStanzas }),
      ...(bounds.length === 0 ? {} : { since: Math.max(...bounds) }),
    },
  };
}
