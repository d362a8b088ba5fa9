import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { httpLimits } from '../http/options.js';
import { numbers, port } from './values.js';

/** `https://host/path`, without a slash at the end. */
const publicUrl = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (plain && (url.protocol === 'https:' || url.protocol === 'http:')) return url.href.replace(/\/+$/, '');
  context.addIssue({ code: 'custom', message: 'must be an address such as https://gateway.example.org' });
  return z.NEVER;
});

const network = z
  .string()
  .refine(
    (text) => ipaddr.isValid(text) || ipaddr.isValidCIDR(text),
    'must be an address such as 10.0.0.1 or 10.0.0.0/8',
  );

const limits = numbers('Bounds of that server.', {
  maxBodyBytes: [httpLimits.maxBodyBytes, "Size of one webhook's body (bytes)."],
  maxConnections: [httpLimits.maxConnections, 'Connections at a time.'],
  webhooksAtOnce: [httpLimits.webhooksAtOnce, 'Webhooks of one address handled at a time.'],
  handlerTimeoutMs: [
    httpLimits.handlerTimeoutMs,
    'How long handling a webhook may take before its provider is told to call again (ms).',
  ],
  downloadsAtOnce: [httpLimits.downloadsAtOnce, 'Files downloaded at a time.'],
  requestTimeoutMs: [httpLimits.requestTimeoutMs, 'How long a request may take to arrive (ms).'],
  idleTimeoutMs: [httpLimits.idleTimeoutMs, 'How long nothing may happen on a connection (ms).'],
  closeTimeoutMs: [httpLimits.closeTimeoutMs, 'How long stopping waits for requests under way (ms).'],
});

/** The section `http`. */
export const httpSchema = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Whether the gateway listens for HTTP at all.'),
    host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
    port: port.default(5290).describe('Port to listen on.'),
    publicUrl: publicUrl
      .optional()
      .describe(
        'What this server is called from outside, as the proxy before it serves it: https://gateway.example.org',
      ),
    trustedProxies: z
      .array(network)
      .default(['127.0.0.1', '::1'])
      .describe('Proxies whose word about the address of a caller is believed.'),
    limits,
  })
  .prefault({})
  .describe(
    "The gateway's own HTTP server: webhooks of providers, files where the XMPP server offers no upload, and /health.",
  );
