import { fileErrors } from '../core/media/file-errors.js';
import { isPublicName } from './public-address.js';

/** Longest address that is followed (characters). */
const MAX_URL = 4_096;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** Where users may send the gateway. */
export interface TargetPolicy {
  /** On public hosts; a listed host may have any. */
  readonly ports: readonly number[];
  /** Whether the operator trusts this host and port, so that it may be private; both in lower case. */
  trusts(host: string, port: string): boolean;
}

/** A link that may be followed. */
export interface Target {
  readonly url: URL;
  /** Without brackets, in lower case. */
  readonly host: string;
  /** The operator has listed it: its address may be private. */
  readonly trusted: boolean;
}

/**
 * What can be said of a link before anything is resolved.
 * @throws {GatewayError} in words for the user
 */
export function checkTarget(text: string, policy: TargetPolicy): Target {
  if (/^\s*aesgcm:/i.test(text)) throw fileErrors.encrypted();
  if (text.length > MAX_URL || !URL.canParse(text)) throw fileErrors.notHttp();
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw fileErrors.notHttp();
  // Credentials in a link would be sent to whatever answers, and shown to the network.
  if (url.username !== '' || url.password !== '') throw fileErrors.forbidden();
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port || (DEFAULT_PORTS[url.protocol] ?? '');
  if (policy.trusts(host, port)) return { url, host, trusted: true };
  if (!policy.ports.includes(Number(port)) || !isPublicName(host)) throw fileErrors.forbidden();
  return { url, host, trusted: false };
}
