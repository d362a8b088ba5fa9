import { z } from 'zod';
import { serverSchema } from '../../mail/server-options.js';
import { knownProviders } from './known-providers.js';

/** OAuth carries secrets: https, or http on this machine, as of a proxy or a stand-in. */
const endpoint = z
  .url({ protocol: /^https?$/ })
  .refine((text) => /^https:|^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)[:/]/.test(text), 'must be https');

/** OAuth 2 with one provider, registered by the operator. */
const oauth = z.strictObject({
  clientId: z.string().min(1).describe('As the provider has given it'),
  clientSecret: z.string().min(1).optional().describe('With it, where there is one'),
  authorization: endpoint.optional().describe('Authorization endpoint; needs HTTP of this gateway'),
  token: endpoint.optional().describe('Token endpoint'),
  device: endpoint.optional().describe('Device endpoint, where it grants mail to devices'),
  revocation: endpoint.optional().describe('Revocation endpoint'),
  issuer: z.string().optional().describe('What it calls itself in answers (RFC 9207)'),
  scopes: z.array(z.string().min(1)).optional().describe('What is asked for: IMAP, SMTP, offline access'),
  tenant: z
    .string()
    .regex(/^[A-Za-z0-9.-]+$/)
    .default('common')
    .describe('Microsoft: directory whose users may log in'),
  parameters: z
    .record(z.string(), z.string())
    .optional()
    .describe('More for the authorization endpoint, such as access_type: offline'),
});

const known = new Map(knownProviders.map((provider) => [provider.name, provider]));

const provider = z.strictObject({
  domains: z.array(z.string().min(1)).min(1).optional().describe('Domains of its addresses'),
  imap: serverSchema.optional().describe('Where mail is read'),
  smtp: serverSchema.optional().describe('Where mail is handed in'),
  login: z
    .enum(['address', 'local'])
    .optional()
    .describe('What users log in by: the address, or what stands before the @'),
  filesSent: z.boolean().optional().describe('It puts what is sent into the Sent folder by itself'),
  oauth: oauth.optional().describe('Log in by OAuth 2, as this program is registered with the provider'),
});

/** Providers by name; a name of the table (`gmail`, `outlook`, …) needs but what differs from it. */
export const providersSchema = z
  .record(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'not a short lower-case name'), provider)
  .superRefine((providers, check) => {
    for (const [name, { domains, imap, smtp, oauth: own }] of Object.entries(providers)) {
      const preset = known.get(name);
      const missing = (key: string) =>
        check.addIssue({
          code: 'custom',
          path: [name, key],
          message: `is needed: ${name} is none of ${[...known.keys()].join(', ')}`,
        });
      if (!preset && !domains) missing('domains');
      if (!preset && !imap) missing('imap');
      if (!preset && !smtp) missing('smtp');
      const need = (key: string, message: string) =>
        check.addIssue({ code: 'custom', path: [name, 'oauth', key], message });
      if (own && !(own.token ?? preset?.oauth?.token)) need('token', 'is needed');
      if (own && !(own.scopes ?? preset?.oauth?.scopes)) need('scopes', 'are needed');
      if (own && !(own.authorization ?? own.device ?? preset?.oauth?.authorization ?? preset?.oauth?.device))
        need('authorization', 'or device is needed');
    }
  });

/** As an operator lists it. */
export type ProviderOptions = z.output<typeof provider>;
