import { z } from 'zod';

/** Bounds of the mails that are taken apart. */
export const parseLimits = z.strictObject({
  maxBytes: z.int().min(1).default(52_428_800).describe('Largest mail, coming or going'),
  spoolBytes: z.int().min(1).default(524_288_000).describe('All mails on their way together'),
  memoryBytes: z
    .int()
    .min(0)
    .default(262_144)
    .describe('A mail up to this size is kept in memory on its way'),
  maxDepth: z.int().min(1).default(20).describe('Multiparts within one another'),
  maxParts: z.int().min(1).default(200).describe('Parts of one mail'),
  maxHeaderBytes: z
    .int()
    .min(1)
    .default(262_144)
    .describe('Header of a mail, and the headers of all its parts together'),
  maxTextBytes: z.int().min(1).default(262_144).describe('Text of one mail that is read'),
});

/** Bounds of the mails that are taken apart. */
export type ParseLimits = z.output<typeof parseLimits>;
