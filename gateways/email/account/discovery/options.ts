import { z } from 'zod';

/** How servers of a mail address are looked for. */
export const discoveryOptions = z.strictObject({
  timeoutMs: z.int().min(1).default(15_000).describe('For the whole search (ms)'),
  connectMs: z.int().min(1).default(5_000).describe('For one connection (ms)'),
  documentBytes: z.int().min(1).default(65_536).describe('Largest configuration file'),
  redirects: z.int().min(0).default(3).describe('Redirects that a configuration file may be behind'),
  database: z
    .url({ protocol: /^https$/ })
    .optional()
    .describe(
      'Also ask this database, which learns the mail domains of users: https://autoconfig.thunderbird.net/v1.1/',
    ),
  caFile: z.string().optional().describe('PEM file of the authorities to trust for configuration files'),
});

/** How servers of a mail address are looked for. */
export type DiscoveryOptions = z.output<typeof discoveryOptions>;
