import { hkdfSync } from 'node:crypto';
import type { ComponentConfig, Config } from './config/schema.js';
import type { DomainOptions } from './core/domain.js';
import type { Gateway } from './gateway/gateway.js';

/** Bytes of the key of occupant ids (HMAC-SHA-256). */
const OCCUPANT_KEY_BYTES = 32;

/** What one domain's core runs on, from the configuration. */
export function domainOptions(
  config: Config,
  component: ComponentConfig,
  gateway: Gateway,
  key: Buffer,
  version: string,
): DomainOptions {
  const { limits, archive, delivery, contacts } = config;
  return {
    domain: component.domain,
    policy: component.policy ?? gateway.defaultPolicy,
    allow: new Set(component.allow),
    userDomains: new Set(config.users.domains),
    deny: new Set(config.users.deny),
    admins: new Set(config.users.admins),
    language: config.language,
    contact: config.contact,
    archive: { enabled: archive.enabled, history: archive.history, maxPage: archive.maxPage },
    limits,
    delivery,
    contacts,
    software: { name: 'Isthmus', version },
    // Derived, so that ids stay the same over restarts and need no file of their own (XEP-0421 §4.1).
    occupantKey: Buffer.from(hkdfSync('sha256', key, component.domain, 'occupant-id', OCCUPANT_KEY_BYTES)),
  };
}
