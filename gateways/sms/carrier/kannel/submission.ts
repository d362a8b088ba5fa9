import { GatewayError } from '../../../../src/gateway/error.js';
import { type EncodedText, encodeText } from '../../text/segment.js';
import type { CarrierMessage, CarrierState } from '../carrier.js';
import type { HttpAnswer, HttpRequest } from '../http-call.js';
import { quoted } from '../quoted.js';
import type { KannelOptions } from './options.js';

/** Kannel's Content-Type takes the text as the body; the rest is in headers, so that no log of addresses has it. */
const PLAIN_TEXT = 'text/plain; charset=UTF-8';
/** dlr-mask: delivered (1), failed (2), rejected by the centre (16); what is only on its way is nobody's news. */
const REPORT_MASK = '19';
/** One number: Kannel takes spaces for the start of another. */
const NUMBER = /^\+?[0-9]{1,20}$/;
/** A number, or an alphanumeric sender (at most 11 characters, 3GPP TS 23.040 §9.1.2.5). */
const SENDER = /^(?:\+?[0-9]{1,20}|[\x20-\x7e]{1,11})$/;

/**
 * The request for one text (Kannel User Guide, "SMS Push", POST). `reportUrl` is called back with the states. Throws
 * GatewayError for numbers that Kannel would take for several, and for a text that it would cut off.
 */
export function submission(
  options: KannelOptions,
  message: CarrierMessage,
  reportUrl: string | undefined,
): HttpRequest {
  if (!NUMBER.test(message.to) || !SENDER.test(message.from)) {
    throw new GatewayError('bad-address', { key: 'sms-carrier-bad-number' });
  }
  const encoded = encodeText(message.text);
  if (partsOf(encoded) > options.maxParts) {
    throw new GatewayError('too-long', { key: 'sms-carrier-too-long', args: { parts: options.maxParts } });
  }
  return {
    method: 'POST',
    url: options.sendUrl,
    headers: {
      ...credentials(options),
      'X-Kannel-From': message.from,
      'X-Kannel-To': message.to,
      'X-Kannel-Coding': encoded.encoding === 'gsm7' ? '0' : '2',
      ...(options.smscId === undefined ? {} : { 'X-Kannel-SMSC': options.smscId }),
      ...(reportUrl === undefined ? {} : { 'X-Kannel-DLR-URL': reportUrl, 'X-Kannel-DLR-Mask': REPORT_MASK }),
    },
    body: encoded.text,
  };
}

/** Units of one part, alone and joined; Kannel gives up a septet rather than divide an escape sequence. */
const CAPACITY = { gsm7: { alone: 160, joined: 152 }, ucs2: { alone: 70, joined: 67 } };

/** Parts that Kannel may make of a text. */
function partsOf({ encoding, userData }: EncodedText): number {
  const units = encoding === 'gsm7' ? userData.length : userData.length / 2;
  const { alone, joined } = CAPACITY[encoding];
  return units <= alone ? 1 : Math.ceil(units / joined);
}

/** A request that tells whether Kannel is there and takes the account: it names nobody to send to. */
export function look(options: KannelOptions): HttpRequest {
  return { method: 'POST', url: options.sendUrl, headers: credentials(options), body: '' };
}

/** The state that the answer to {@link look} shows. */
export function stateOf({ status, body }: HttpAnswer): CarrierState {
  if (status === 400 || (status >= 200 && status < 300)) return { state: 'connected' };
  if (status === 403 && /^Authorization/i.test(body)) {
    return { state: 'refused', reason: 'Kannel does not accept the user name or the password' };
  }
  if (status >= 500) return { state: 'unreachable', reason: `HTTP status ${status}` };
  return { state: 'refused', reason: `no sendsms interface at this address: HTTP status ${status}` };
}

/** Undefined when Kannel has taken the text, else why not. */
export function refusalOf({ status, body }: HttpAnswer): GatewayError | undefined {
  // "0: Accepted for delivery", "3: Queued for later delivery"; "Sent." with immediate-sendsms-reply.
  if (status >= 200 && status < 300) {
    return /^(0:|3:|Sent\.)/.test(body)
      ? undefined
      : new GatewayError('network-unreachable', { key: 'sms-carrier-answer-lost' }, 'unknown');
  }
  if (status === 403) {
    return /^Authorization/i.test(body)
      ? new GatewayError('bad-credentials', { key: 'sms-carrier-account-refused' })
      : new GatewayError('recipient-unavailable', { key: 'sms-carrier-no-route' });
  }
  if (status === 400) {
    return /denied by white/i.test(body)
      ? new GatewayError('forbidden', { key: 'sms-carrier-number-denied' })
      : new GatewayError('rejected', { key: 'sms-carrier-rejected', args: { answer: quoted(body) } });
  }
  // "Temporal failure, try again later." is said before anything is queued.
  if (status === 503) {
    return new GatewayError('network-unreachable', { key: 'sms-carrier-busy' }, 'not-sent', true);
  }
  if (status >= 500) {
    return new GatewayError('network-unreachable', { key: 'sms-carrier-answer-lost' }, 'unknown');
  }
  return new GatewayError('network-unreachable', { key: 'sms-carrier-unreachable' }, 'not-sent', true);
}

function credentials(options: KannelOptions): Record<string, string> {
  return {
    'Content-Type': PLAIN_TEXT,
    'X-Kannel-Username': options.username,
    'X-Kannel-Password': options.password,
  };
}
