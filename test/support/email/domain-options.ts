import { type DomainOptions, domainOptions } from '../../../gateways/email/server/options.js';

/** Options of the domain mail.example.test. */
export function testDomain(options: Readonly<Record<string, unknown>> = {}): DomainOptions {
  return domainOptions.parse({
    name: 'mail.example.test',
    relay: { host: '127.0.0.1', port: 25, security: 'none' },
    ...options,
  });
}
