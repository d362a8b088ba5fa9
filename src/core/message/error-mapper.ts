import { type ErrorCode, GatewayError } from '../../gateway/error.js';
import { StanzaError, type StanzaErrorCondition, type StanzaErrorType } from '../../xmpp/stanza-error.js';
import type { Translator } from '../translator.js';

/** How a network's refusal reads in XMPP (RFC 6120 §8.3.3, XEP-0045 §7.2.5-17, conformance H15). */
const CONDITIONS: Readonly<Record<ErrorCode, readonly [StanzaErrorCondition, StanzaErrorType]>> = {
  'bad-credentials': ['not-acceptable', 'modify'],
  'bad-address': ['jid-malformed', 'modify'],
  banned: ['forbidden', 'auth'],
  forbidden: ['forbidden', 'auth'],
  full: ['service-unavailable', 'wait'],
  'invite-only': ['registration-required', 'auth'],
  limit: ['resource-constraint', 'wait'],
  'network-unreachable': ['remote-server-timeout', 'wait'],
  'nick-in-use': ['conflict', 'cancel'],
  'nick-invalid': ['not-acceptable', 'modify'],
  'not-found': ['item-not-found', 'cancel'],
  'not-joined': ['not-acceptable', 'cancel'],
  'password-required': ['not-authorized', 'auth'],
  'payment-required': ['policy-violation', 'cancel'],
  'recipient-unavailable': ['recipient-unavailable', 'wait'],
  'registered-only': ['registration-required', 'auth'],
  rejected: ['service-unavailable', 'cancel'],
  'too-long': ['policy-violation', 'modify'],
  unsupported: ['feature-not-implemented', 'cancel'],
};

/** Turns whatever was thrown into the one stanza error that the user gets; a fault of ours tells nothing inside. */
export function toStanzaError(error: unknown, translator: Translator, language: string): StanzaError {
  if (error instanceof StanzaError) return error;
  if (error instanceof GatewayError) {
    const [condition, type] = CONDITIONS[error.code];
    return new StanzaError(condition, { type, text: translator.say(error.text, language), lang: language });
  }
  return new StanzaError('internal-server-error', {
    type: 'wait',
    text: translator.say({ key: 'error-internal' }, language),
    lang: language,
  });
}

/** Whether the throw is a refusal that was meant, not a fault that the operator should see. */
export function isRefusal(error: unknown): boolean {
  return error instanceof StanzaError || error instanceof GatewayError;
}
