import { z } from 'zod';

/** How a connection is protected: from the start, by STARTTLS (which must succeed), or not at all. */
export const security = z.enum(['tls', 'starttls', 'none']);

/** One server as a name and a port. */
export const serverSchema = z.strictObject({
  host: z.string().min(1).describe('Name or address'),
  port: z.int().min(1).max(65_535).describe('Port'),
  security: security.default('tls').describe('tls, starttls (required, never skipped) or none'),
  caFile: z.string().optional().describe('PEM file of the authorities to trust for it'),
});

/** A server to connect to. */
export type MailServer = z.output<typeof serverSchema>;
