import { z } from 'zod';

/** Keys that mail of the gateway's own domain is signed with. */
export const dkimOptions = z.array(
  z.strictObject({
    selector: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/, 'not a selector')
      .describe('Name of the key in DNS: SELECTOR._domainkey.DOMAIN'),
    keyFile: z.string().min(1).describe('PEM private key, RSA or Ed25519'),
  }),
);

/** Keys that mail of the gateway's own domain is signed with. */
export type DkimOptions = z.output<typeof dkimOptions>;
