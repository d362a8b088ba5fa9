import type { SmppOptions } from './options.js';

const hexDigits = /^[0-9a-f]+$/i;
const decimalDigits = /^\d+$/;
/** Ids are numbers of 64 bits or the like; what is longer is no number. */
const maxNumber = 40;

/** A part that the centre has taken. */
export interface SentPart {
  /** As in `CarrierAcceptance.ids`. */
  readonly id: string;
  /** Number it went to, as the caller wrote it. */
  readonly to: string;
  /** Resolves when its message is settled. */
  readonly settled: Promise<void>;
  /** The end of it has been reported. */
  reported: boolean;
}

/** How the two forms of an id belong together; `auto` learns one of the two others or stays with `as-is`. */
type IdForm = Exclude<SmppOptions['receiptIds'], 'auto'>;

/**
 * Finds the part that a receipt is about. Many centres write the id of submit_sm_resp in hexadecimal and the one of
 * the receipt in decimal, or the other way round.
 *
 * With a form set by the operator both sides are brought to decimal. With `auto` ids stay as they are, and a receipt
 * counts for a part only when it names the number that the part went to. A form is learnt from proof alone: an id that
 * is the part's in the other system and has letters, so that it could not be read any other way. Before that a receipt
 * may be missed, but it is not shown for the wrong part. Parts sent before a restart are known by nothing but the id
 * as it is: an operator whose centre mixes systems with small ids should set the form, which the log tells.
 */
export class ReceiptIds {
  readonly #form: SmppOptions['receiptIds'];
  readonly #limit: number;
  readonly #parts = new Map<string, SentPart>();
  /** Parts by the number that their id is, read as hexadecimal or decimal; only with `auto`. */
  readonly #byHex = new Map<string, SentPart>();
  readonly #byDecimal = new Map<string, SentPart>();
  #learnt: IdForm | undefined;
  #upperCase = false;
  /** An id in an answer, in a receipt, had letters: then ids are not decimal there. */
  #letters = { sent: false, received: false };

  constructor(form: SmppOptions['receiptIds'], limit: number) {
    this.#form = form;
    this.#limit = limit;
  }

  /** The form that `auto` has found out. */
  get learnt(): IdForm | undefined {
    return this.#learnt;
  }

  /** The id to give to the caller for one of submit_sm_resp. */
  accepted(id: string): string {
    if (this.#form === 'hex-to-decimal') return fromHex(id) ?? id;
    if (this.#form === 'decimal-to-hex') return fromDecimal(id) ?? id;
    return id;
  }

  /** Remembers a part under its id of `accepted`. */
  remember(id: string, to: string, settled: Promise<void>): void {
    const part: SentPart = { id, to, settled, reported: false };
    this.#forget(this.#parts.get(id));
    this.#parts.set(id, part);
    if (this.#form === 'auto') {
      this.#letters.sent ||= !isDecimal(id);
      setIf(this.#byHex, fromHex(id), part);
      setIf(this.#byDecimal, fromDecimal(id), part);
    }
    if (this.#parts.size > this.#limit) {
      const [oldest] = this.#parts.values();
      this.#forget(oldest);
    }
  }

  /**
   * The part that one of the ids is of; `numbers` are those that the receipt names. `foreign`: the id is known, but
   * from a part to somebody else.
   */
  find(ids: readonly string[], numbers: readonly string[]): SentPart | 'foreign' | undefined {
    let foreign = false;
    for (const id of ids) {
      const part = this.#form === 'auto' ? this.#detect(id, numbers) : this.#parts.get(this.#normal(id));
      if (part === 'foreign') foreign = true;
      else if (part !== undefined) return part;
    }
    return foreign ? 'foreign' : undefined;
  }

  /** The id under which a part that is no longer remembered would have been accepted. */
  unknown(ids: readonly string[]): string {
    const [id = ''] = ids;
    if (this.#form !== 'auto') return this.#normal(id);
    if (this.#learnt === 'hex-to-decimal' && isDecimal(id)) {
      const hex = BigInt(id).toString(16);
      return this.#upperCase ? hex.toUpperCase() : hex;
    }
    if (this.#learnt === 'decimal-to-hex') return fromHex(id) ?? id;
    return id;
  }

  #normal(id: string): string {
    if (this.#form === 'hex-to-decimal') return fromDecimal(id) ?? id;
    if (this.#form === 'decimal-to-hex') return fromHex(id) ?? id;
    return id;
  }

  #detect(id: string, numbers: readonly string[]): SentPart | 'foreign' | undefined {
    this.#letters.received ||= !isDecimal(id);
    const isTo = ({ to }: SentPart): boolean => numbers.some((number) => sameNumber(number, to));
    const other = this.#translated(id);
    const translated = other !== undefined && isTo(other) ? other : undefined;
    if (this.#learnt !== undefined && (translated !== undefined || isDecimal(id))) return translated;
    const same = this.#parts.get(id);
    if (same !== undefined && isTo(same)) return same;
    if (translated !== undefined && this.#learn(id, translated)) return translated;
    return same === undefined ? undefined : 'foreign';
  }

  /** Whether the receipt's id proves in which systems ids are written. */
  #learn(id: string, part: SentPart): boolean {
    const { sent, received } = this.#letters;
    // With letters on both sides, or on none, nothing is proven.
    if (sent === received || isDecimal(id) !== sent || isDecimal(part.id) !== received) return false;
    this.#learnt = sent ? 'hex-to-decimal' : 'decimal-to-hex';
    this.#upperCase = /[A-F]/.test(part.id);
    return true;
  }

  /** The part whose id is this one in the other system. */
  #translated(id: string): SentPart | undefined {
    const fromSubmitHex = this.#byHex.get(fromDecimal(id) ?? '');
    const fromSubmitDecimal = this.#byDecimal.get(fromHex(id) ?? '');
    if (this.#learnt === 'hex-to-decimal') return fromSubmitHex;
    if (this.#learnt === 'decimal-to-hex') return fromSubmitDecimal;
    return fromSubmitHex ?? fromSubmitDecimal;
  }

  #forget(part: SentPart | undefined): void {
    if (part === undefined) return;
    this.#parts.delete(part.id);
    deleteIf(this.#byHex, fromHex(part.id), part);
    deleteIf(this.#byDecimal, fromDecimal(part.id), part);
  }
}

function isDecimal(id: string): boolean {
  return id.length <= maxNumber && decimalDigits.test(id);
}

/** The number in decimal without leading zeros; undefined when it is none. */
function fromDecimal(id: string): string | undefined {
  return isDecimal(id) ? BigInt(id).toString() : undefined;
}

function fromHex(id: string): string | undefined {
  return id.length <= maxNumber && hexDigits.test(id) ? BigInt(`0x${id}`).toString() : undefined;
}

function setIf(map: Map<string, SentPart>, key: string | undefined, part: SentPart): void {
  if (key !== undefined) map.set(key, part);
}

function deleteIf(map: Map<string, SentPart>, key: string | undefined, part: SentPart): void {
  if (key !== undefined && map.get(key) === part) map.delete(key);
}

/** The same subscriber; one of the numbers may lack the country code, or have a prefix of zeros. */
export function sameNumber(one: string, other: string): boolean {
  if (one === other) return true;
  const [short = '', long = ''] = [bare(one), bare(other)].toSorted((a, b) => a.length - b.length);
  return short.length >= leastSubscriber && long.endsWith(short);
}

/** Digits by which a subscriber's number is told from a short code. */
const leastSubscriber = 7;

function bare(number: string): string {
  return number.replace(/^\+?0*/, '');
}
