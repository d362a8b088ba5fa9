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
    history: archive.network,
    limits,
    delivery,
    contacts,
    dataPolicy: dataPolicyOf(config, component, gateway),
    software: { name: 'Isthmus', version },
    // Derived, so that ids stay the same over restarts and need no file of their own (XEP-0421 §4.1).
    occupantKey: Buffer.from(hkdfSync('sha256', key, component.domain, 'occupant-id', OCCUPANT_KEY_BYTES)),
  };
}

const HOURS_PER_DAY = 24;

/** What is kept longest decides; what waits for the user himself is kept until he takes it. */
function dataPolicyOf(
  { archive, delivery, media }: Config,
  { dataPolicy }: ComponentConfig,
  { conferenceType, hostsRooms }: Gateway,
): DomainOptions['dataPolicy'] {
  const archived =
    archive.enabled && (conferenceType !== undefined || hostsRooms) ? archive.days * HOURS_PER_DAY : 0;
  return {
    retentionHours: Math.max(archived, delivery.expireHours, media.limits.linkHours),
    terms: dataPolicy.terms,
    transmission: dataPolicy.transmission === 'unknown' ? undefined : dataPolicy.transmission,
    encryption: dataPolicy.encryption,
    networkRetention: dataPolicy.networkRetention,
    networkTerms: dataPolicy.networkTerms,
  };
}
