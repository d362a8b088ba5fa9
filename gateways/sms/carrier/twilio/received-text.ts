import { z } from 'zod';
import type { CarrierInbound } from '../carrier.js';
import type { HttpCaller } from '../http-call.js';
import { receivedMedia } from './media.js';
import type { TwilioOptions } from './options.js';

const schema = z.object({
  /** Message SID. */
  id: z.string(),
  from: z.string(),
  to: z.string(),
  text: z.string(),
  /** UTC milliseconds. */
  time: z.number().optional(),
  media: z.array(z.object({ url: z.string(), mediaType: z.string().optional() })),
});

/** A text that came in, with the addresses of its pictures; plain JSON. */
export type ReceivedText = z.infer<typeof schema>;

/** What {@link ReceivedText} is kept as; undefined for what is none. */
export function readReceivedText(value: unknown): ReceivedText | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** The same with pictures that are fetched when they are read. */
export function toInbound(
  { id, from, to, text, time, media }: ReceivedText,
  options: TwilioOptions,
  caller: HttpCaller,
): CarrierInbound {
  const attachments = media.map((listed) => receivedMedia(options, caller, listed));
  return {
    id,
    from,
    to,
    text,
    ...(time === undefined ? {} : { time }),
    ...(attachments.length === 0 ? {} : { attachments }),
  };
}
