import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type CharacterSet, decodeBody } from './data-coding.js';
import { type Concatenation, isConcatenation } from './user-data-header.js';

/** What a part is missing from reads where its text would be. */
const gap = '[…]';

/** Sets whose octets can be put together across parts. */
const characterSet = z.enum([
  'gsm7',
  'ucs2',
  'iso-8859-1',
  'us-ascii',
  'utf-8',
  'shift_jis',
  'iso-8859-5',
  'iso-8859-8',
  'euc-kr',
]) satisfies z.ZodType<Exclude<CharacterSet, 'binary'>>;

const keptPart = z.object({
  set: characterSet,
  locking: z.number(),
  single: z.number(),
  /** Octets without header, septets one per octet, base64; a digest once the message is complete. */
  body: z.string(),
});
const kept = z.object({
  total: z.number(),
  /** UTC milliseconds of the first part. */
  startedAt: z.number(),
  complete: z.boolean(),
  /** By sequence number. */
  parts: z.record(z.string(), keptPart),
});
type KeptPart = z.output<typeof keptPart>;

/**
 * The parts of one message that have come so far, as JSON for the store. After the last one the digests stay, so
 * that a part which the carrier delivers once more is known.
 */
export type PartialMessage = z.output<typeof kept>;

/** A part of a longer message on its way in; `body` is without header, septets one per octet. */
export interface InboundPart {
  readonly from: string;
  readonly to: string;
  readonly concatenation: Concatenation;
  readonly set: CharacterSet;
  readonly locking?: number | undefined;
  readonly single?: number | undefined;
  readonly body: Uint8Array;
}

/** A message put together. */
export interface Reassembled {
  /** The same when the same parts come again. */
  readonly id: string;
  /** With `[…]` where parts are missing. */
  readonly text: string;
  /** Sequence numbers; empty for a complete message. */
  readonly missing: readonly number[];
  readonly total: number;
}

/** What became of a part. `displaced`: an incomplete older message that used the same reference. */
export type PartOutcome =
  /** Not part of anything that can be put together: a message by itself. */
  | { readonly outcome: 'alone' }
  /** Nothing changes. */
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'waiting'; readonly kept: PartialMessage; readonly displaced?: Reassembled }
  | {
      readonly outcome: 'complete';
      readonly kept: PartialMessage;
      readonly message: Reassembled;
      readonly displaced?: Reassembled;
    };

/** Octets of the longest body taken as a part: whatever an SMSC can put into one `short_message`. */
export const maxPartOctets = 254;

/** Under which key the parts of a message are kept: a digest, of one length for whatever addresses. */
export function partsKey({ from, to, concatenation }: Omit<InboundPart, 'body' | 'set'>): string {
  const { reference, wide, total } = concatenation;
  return digest([from, to, reference, wide, total]);
}

/** What the store had under the key; undefined for what cannot be read. */
export function readPartialMessage(value: unknown): PartialMessage | undefined {
  return kept.safeParse(value).data;
}

/**
 * Takes a part, in any order. `before`: what is kept under its {@link partsKey}; the caller keeps what comes back
 * before it confirms the part to the carrier, hands a complete message on before it keeps that, and decides when to
 * wait no longer ({@link incomplete}).
 */
export function addPart(before: PartialMessage | undefined, part: InboundPart, now: number): PartOutcome {
  const { total, sequence } = part.concatenation;
  const set = characterSet.safeParse(part.set).data;
  if (!isConcatenation(part.concatenation) || set === undefined || part.body.length > maxPartOctets)
    return { outcome: 'alone' };
  const added: KeptPart = {
    set,
    locking: part.locking ?? 0,
    single: part.single ?? 0,
    body: Buffer.from(part.body).toString('base64'),
  };
  const known = before?.parts[sequence];
  if (before !== undefined && known !== undefined) {
    const seen = before.complete ? withDigest(added) : added;
    if (digest([seen]) === digest([known])) return { outcome: 'duplicate' };
  }
  // A reference comes round again after 256 messages: another text in the same place is another message.
  const isNew = before === undefined || before.total !== total || before.complete || known !== undefined;
  const older = isNew && before !== undefined ? incomplete(before) : undefined;
  const displaced = older === undefined ? {} : { displaced: older };
  const parts: Record<string, KeptPart> = { ...(isNew ? {} : before.parts), [sequence]: added };
  const merged = { total, startedAt: isNew ? now : before.startedAt, complete: false, parts };
  if (Object.keys(parts).length < total) return { outcome: 'waiting', kept: merged, ...displaced };
  const digests = Object.entries(parts).map(([key, value]) => [key, withDigest(value)] as const);
  return {
    outcome: 'complete',
    kept: { ...merged, complete: true, parts: Object.fromEntries(digests) },
    message: putTogether(merged),
    ...displaced,
  };
}

/** What there is of a message that waits for parts; undefined for one that has been complete. */
export function incomplete(message: PartialMessage): Reassembled | undefined {
  return message.complete ? undefined : putTogether(message);
}

function putTogether({ total, startedAt, parts }: PartialMessage): Reassembled {
  const sequence = Array.from({ length: Math.min(total, 255) }, (_, index) => index + 1);
  const missing = sequence.filter((number) => parts[number] === undefined);
  let text = '';
  let run: KeptPart[] = [];
  const close = (): void => {
    text += textOf(run);
    run = [];
  };
  for (const number of sequence) {
    const part = parts[number];
    const [first] = run;
    if (part === undefined || (first !== undefined && !isSameCode(first, part))) close();
    if (part !== undefined) run.push(part);
    else if (!text.endsWith(gap)) text += gap;
  }
  close();
  return { id: digest([total, startedAt, parts]), text, missing, total };
}

/** Parts in one code are decoded as one: some phones cut inside of a character. */
function textOf(parts: readonly KeptPart[]): string {
  const [first] = parts;
  if (first === undefined) return '';
  const body = Buffer.concat(parts.map((part) => Buffer.from(part.body, 'base64')));
  return decodeBody(body, first.set, first) ?? '';
}

function isSameCode(one: KeptPart, other: KeptPart): boolean {
  return one.set === other.set && one.locking === other.locking && one.single === other.single;
}

function withDigest(part: KeptPart): KeptPart {
  return { ...part, body: digest([part.body]) };
}

function digest(values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('base64url');
}
