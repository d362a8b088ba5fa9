import { GatewayError } from '../../../../src/gateway/error.js';
import type { Delivery } from './delivery.js';

/** esm_class, bits 5-2: what kind of message it is (SMPP 3.4 §5.2.12). */
const messageType = { mask: 0x3c, text: 0x00, receipt: 0x04, intermediate: 0x20 } as const;
/** A receipt's own text is short; what is longer is not read. */
const maxTextBytes = 1024;
const ucs2 = 8;

/** What a receipt says, after all its forms. */
export interface Receipt {
  /** The message's ids as the receipt writes them, the most trustworthy first. */
  readonly ids: readonly string[];
  readonly state: 'delivered' | 'failed' | 'on-its-way';
  /** With `failed`. */
  readonly error?: GatewayError;
}

/** What a delivery is: somebody's text, the report on a text of ours, or neither (acknowledgements of handsets). */
export function kindOf({ esmClass, receiptedId, messageState }: Delivery): 'text' | 'receipt' | 'other' {
  const type = esmClass & messageType.mask;
  if (type === messageType.receipt || type === messageType.intermediate) return 'receipt';
  // Some centres leave esm_class empty and say it with the TLVs alone.
  if (type === messageType.text) return receiptedId && messageState !== undefined ? 'receipt' : 'text';
  return 'other';
}

/** Reads a receipt; undefined when it names no message or no state that is known. */
export function readReceipt(delivery: Delivery): Receipt | undefined {
  const fields = receiptFields(receiptText(delivery));
  const ids = [delivery.receiptedId, fields.get('id') ?? ''].filter((id) => id !== '');
  const state = stateOfNumber(delivery.messageState) ?? stateOfWord(fields.get('stat') ?? '');
  if (ids.length === 0 || state === undefined) return undefined;
  if ((delivery.esmClass & messageType.mask) === messageType.intermediate)
    return { ids, state: 'on-its-way' };
  if (state === 'delivered' || state === 'on-its-way') return { ids, state };
  const code = networkErrorCode(delivery.networkError) ?? fields.get('err') ?? '';
  return { ids, state: 'failed', error: failure(state, /^0*$/.test(code) ? 'none' : code) };
}

type State = 'delivered' | 'on-its-way' | Failure;
type Failure = 'expired' | 'deleted' | 'undeliverable' | 'rejected' | 'unknown';

/** message_state (SMPP 3.4 §5.2.28; 0 and 9 of SMPP 5.0). */
const states: readonly State[] = [
  'on-its-way',
  'on-its-way',
  'delivered',
  'expired',
  'deleted',
  'undeliverable',
  'on-its-way',
  'unknown',
  'rejected',
  'rejected',
];

function stateOfNumber(value: number | undefined): State | undefined {
  return value === undefined ? undefined : states[value];
}

/** `stat` has seven letters (SMPP 3.4 Appendix B); some centres write words out. */
const words: readonly (readonly [string, State])[] = [
  ['DELIV', 'delivered'],
  ['EXPI', 'expired'],
  ['DELE', 'deleted'],
  ['UNDEL', 'undeliverable'],
  ['FAIL', 'undeliverable'],
  ['REJ', 'rejected'],
  ['SKIP', 'rejected'],
  ['UNKN', 'unknown'],
  ['ACCEP', 'on-its-way'],
  ['ENR', 'on-its-way'],
  ['SCHED', 'on-its-way'],
  ['BUFF', 'on-its-way'],
];

function stateOfWord(word: string): State | undefined {
  const upper = word.toUpperCase();
  return words.find(([start]) => upper.startsWith(start))?.[1];
}

function failure(state: Failure, error: string): GatewayError {
  const args = { error: error.slice(0, 16) };
  switch (state) {
    case 'expired':
      return new GatewayError('recipient-unavailable', { key: 'sms-smpp-expired', args });
    case 'deleted':
      return new GatewayError('rejected', { key: 'sms-smpp-deleted', args });
    case 'undeliverable':
      return new GatewayError('recipient-unavailable', { key: 'sms-smpp-undeliverable', args });
    case 'rejected':
      return new GatewayError('rejected', { key: 'sms-smpp-rejected', args });
    case 'unknown':
      return new GatewayError('rejected', { key: 'sms-smpp-unknown', args }, 'unknown');
  }
}

function receiptText({ content, dataCoding }: Delivery): string {
  const bytes = content.subarray(0, maxTextBytes);
  if (dataCoding === ucs2 && bytes.length % 2 === 0) return new TextDecoder('utf-16be').decode(bytes);
  return bytes.toString('latin1');
}

const label = /(?:^|[\s,;])(id|sub|dlvrd|submit date|done date|stat|err|text)\s*:/gi;

/**
 * `id:… sub:… dlvrd:… submit date:… done date:… stat:… err:… text:…` in any case and order, fields missing
 * (SMPP 3.4 Appendix B). What stands behind `text:` is the user's and could say anything: a field counts where it
 * comes first, unless the text stands before it.
 */
function receiptFields(text: string): ReadonlyMap<string, string> {
  const marks = [...text.matchAll(label)].map((match) => ({
    name: (match[1] ?? '').toLowerCase(),
    start: match.index,
    value: match.index + match[0].length,
  }));
  const quoted = marks.findIndex(({ name }) => name === 'text');
  const trusted = quoted < 0 ? marks : marks.slice(0, quoted);
  const names = new Set(trusted.map(({ name }) => name));
  const fields = new Map<string, string>();
  const fieldAt = (index: number): string =>
    text.slice(marks[index]?.value ?? 0, marks[index + 1]?.start ?? text.length).trim();
  for (const [index, { name }] of trusted.entries()) if (!fields.has(name)) fields.set(name, fieldAt(index));
  // The text came first: of what follows it, the last of a name is the centre's.
  if (quoted >= 0)
    for (const [index, { name }] of marks.entries())
      if (index > quoted && !names.has(name)) fields.set(name, fieldAt(index));
  return fields;
}

/** One octet for the kind of network, two for its code (SMPP 3.4 §5.3.2.31). */
function networkErrorCode(bytes: Buffer | undefined): string | undefined {
  return bytes?.length === 3 ? String(bytes.readUInt16BE(1)) : undefined;
}
