import { GatewayError } from '../../../src/gateway/error.js';
import { nationalLanguages, type Shifts } from './alphabets.js';
import { septetLength, septetsOf } from './gsm7.js';
import { buildHeader } from './user-data-header.js';

/** Octets of user data in one SMS (3GPP TS 23.040 §9.2.3.24). */
const userDataLength = 140;
/** Parts that a concatenation can count. */
const mostParts = 255;

/** What a message may become. */
export interface SegmentOptions {
  /** Parts one message may have, up to 255; above it is an error (F25). */
  readonly maxParts: number;
  /** Tells this message's parts from those of others to the same recipient: 0 to 255, or 65535 when `wide`. */
  readonly reference: number;
  /** Carry the reference in 16 bits: one septet or character less per part. */
  readonly wide?: boolean;
  /**
   * National language identifiers whose shift tables the recipients' phones are known to have. They are used only
   * where the message takes fewer parts than in UCS-2. Default: none.
   */
  readonly languages?: readonly number[];
}

/** One SMS of a message. */
export interface Segment {
  /** Header as octets with its length, when there is one: goes before `userData`. */
  readonly udh?: Buffer;
  /** UTF-16BE, or septets one per octet, as SMPP carries them (packed: `packSeptets` behind `fillBitsAfter`). */
  readonly userData: Buffer;
  readonly text: string;
}

/** A message as it goes out. */
export interface Segmented {
  readonly encoding: 'gsm7' | 'ucs2';
  /** SMPP 3.4 §5.2.19. */
  readonly dataCoding: 0 | 8;
  /** Septets, escapes included, or UTF-16 code units of the whole text. */
  readonly units: number;
  readonly parts: readonly Segment[];
}

/** A text in the code that takes the fewest parts. */
export interface EncodedText {
  readonly encoding: 'gsm7' | 'ucs2';
  readonly shifts: Shifts;
  /** What `userData` says: canonically equivalent to the given text. */
  readonly text: string;
  readonly userData: Buffer;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * A text as octets of one message, not divided: for interfaces that divide by themselves (`message_payload`).
 * Nothing is transliterated; a character that the default alphabet has only in composed form is written so.
 */
export function encodeText(text: string, languages: readonly number[] = []): EncodedText {
  for (const form of [text, text.normalize('NFC')]) {
    const septets = septetsOf(form, {});
    if (septets !== undefined)
      return { encoding: 'gsm7', shifts: {}, text: form, userData: Buffer.from(septets) };
  }
  let best: EncodedText = { encoding: 'ucs2', shifts: {}, text, userData: utf16(text) };
  for (const shifts of candidates(languages)) {
    const septets = septetsOf(text, shifts);
    if (septets === undefined) continue;
    const shifted: EncodedText = { encoding: 'gsm7', shifts, text, userData: Buffer.from(septets) };
    if (leastParts(shifted) < leastParts(best)) best = shifted;
  }
  return best;
}

/**
 * The parts that a message becomes: 160 septets or 70 characters in one, 153 or 67 in each of several, less where
 * headers are larger. Never cut between an escape and what it announces or inside a surrogate pair, nor inside a
 * grapheme unless that alone is too long for a part.
 * @throws GatewayError `too-long` above `maxParts`.
 */
export function segment(text: string, options: SegmentOptions): Segmented {
  const encoded = encodeText(text, options.languages);
  const { encoding, shifts } = encoded;
  const units = unitsOf(encoded);
  const made = (parts: readonly Segment[]): Segmented => ({
    encoding,
    dataCoding: encoding === 'gsm7' ? 0 : 8,
    units,
    parts,
  });
  const alone = buildHeader(shifts);
  if (units <= capacity(encoding, alone.length)) {
    return made([
      { ...(alone.length > 0 ? { udh: alone } : {}), userData: encoded.userData, text: encoded.text },
    ]);
  }
  const header = (total: number, sequence: number): Buffer => {
    const { reference, wide = false } = options;
    return buildHeader({ concatenation: { reference, wide, total, sequence }, ...shifts });
  };
  const room = capacity(encoding, header(1, 1).length);
  const most = Math.min(options.maxParts, mostParts);
  // What cannot fit is not divided first.
  const pieces = units > room * most ? [] : divide(encoded, room);
  if (pieces.length === 0 || pieces.length > most) {
    const parts = pieces.length || Math.ceil(units / room);
    throw new GatewayError('too-long', { key: 'sms-too-long', args: { parts, limit: most } });
  }
  return made(pieces.map((piece, index) => ({ udh: header(pieces.length, index + 1), ...piece })));
}

function divide({ encoding, shifts, text, userData }: EncodedText, room: number): Segment[] {
  const octets = encoding === 'ucs2' ? room * 2 : room;
  const lengthOf = (piece: string): number =>
    encoding === 'ucs2' ? piece.length * 2 : septetLength(piece, shifts);
  const pieces: Segment[] = [];
  let begin = 0;
  let end = 0;
  let written = '';
  const close = (): void => {
    pieces.push({ userData: userData.subarray(begin, end), text: written });
    begin = end;
    written = '';
  };
  const add = (piece: string, length: number): void => {
    if (end + length - begin > octets) close();
    end += length;
    written += piece;
  };
  for (const grapheme of graphemesOf(text)) {
    const length = lengthOf(grapheme);
    if (length <= octets) add(grapheme, length);
    else for (const character of grapheme) add(character, lengthOf(character));
  }
  close();
  return pieces;
}

function graphemesOf(text: string): Iterable<string> {
  // In the common case every character is one, and finding them takes most of the time.
  return /^[\n\x20-\x7e]*$/.test(text)
    ? text
    : Array.from(graphemes.segment(text), ({ segment: one }) => one);
}

/** Septets or characters behind a header of so many octets. */
function capacity(encoding: 'gsm7' | 'ucs2', headerLength: number): number {
  const octets = userDataLength - headerLength;
  return encoding === 'gsm7' ? Math.floor((octets * 8) / 7) : Math.floor(octets / 2);
}

function unitsOf({ encoding, userData }: EncodedText): number {
  return encoding === 'gsm7' ? userData.length : userData.length / 2;
}

function leastParts(encoded: EncodedText): number {
  const { encoding, shifts } = encoded;
  const units = unitsOf(encoded);
  if (units <= capacity(encoding, buildHeader(shifts).length)) return 1;
  const concatenation = { reference: 0, wide: false, total: 1, sequence: 1 };
  return Math.ceil(units / capacity(encoding, buildHeader({ concatenation, ...shifts }).length));
}

function candidates(languages: readonly number[]): Shifts[] {
  return languages
    .filter((id) => nationalLanguages.includes(id))
    .flatMap((id) => [{ single: id }, { locking: id }, { single: id, locking: id }]);
}

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}
