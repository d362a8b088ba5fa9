import { z } from 'zod';
import { parseJid, prepareDomain } from '../xmpp/jid.js';

/** A domain, prepared, and at least of the shape of one: a JID may have nearly anything there. */
export const domainName = z.string().transform((text, context) => {
  try {
    if (/^[^\s@/:]+$/u.test(text) || /^\[[0-9a-f:.]+\]$/i.test(text)) return prepareDomain(text);
  } catch {
    // Reported below, like the wrong shape.
  }
  context.addIssue({ code: 'custom', message: 'must be a domain such as irc.example.org' });
  return z.NEVER;
});

/** `local@domain`, prepared. */
export const bareJid = z.string().transform((text, context) => {
  try {
    const jid = parseJid(text);
    if (jid.local !== '' && jid.resource === '') return jid.bare;
  } catch {
    // Reported below, like the wrong shape.
  }
  context.addIssue({ code: 'custom', message: 'must be a bare JID such as anna@example.org' });
  return z.NEVER;
});

/** A bare JID, or a domain for everybody there. */
export const jidOrDomain = z.string().transform((text, context) => {
  const parsed = (text.includes('@') ? bareJid : domainName).safeParse(text);
  if (parsed.success) return parsed.data;
  context.addIssue({ code: 'custom', message: 'must be a bare JID or a domain' });
  return z.NEVER;
});

/** A TCP port. */
export const port = z.number().int().min(1).max(65_535);

/** A whole number above nought. */
export const positive = z.number().int().min(1);

type Keys = Readonly<Record<string, readonly [fallback: number, description: string]>>;

/** A section of whole numbers, each with its default and what it means. */
export function numbers<const K extends Keys>(description: string, keys: K) {
  const shape = Object.fromEntries(
    Object.entries(keys).map(([key, [fallback, text]]) => [
      key,
      z.number().int().min(0).default(fallback).describe(text),
    ]),
  ) as { [Key in keyof K]: z.ZodDefault<z.ZodNumber> };
  return z
    .strictObject(shape)
    .prefault({} as z.input<z.ZodObject<typeof shape, z.core.$strict>>)
    .describe(description);
}
