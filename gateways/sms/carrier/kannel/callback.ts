import { createHmac, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '../../../../src/gateway/error.js';
import type { WebhookRequest } from '../../../../src/gateway/webhook.js';
import type { CarrierInbound, CarrierReport } from '../carrier.js';
import { quoted } from '../quoted.js';

/** Address for the reports on one message; `%d` and `%A` are filled in by Kannel. */
export function reportAddress(base: string, id: string, secret: string): string {
  return `${base.replaceAll('%', '%%')}?id=${id}&token=${reportToken(id, secret)}&state=%d&answer=%A`;
}

/** A report of Kannel, if it is one for a message that we sent; `refused` when the token is not ours. */
export function parseReport(request: WebhookRequest, secret: string): CarrierReport | 'nothing' | 'refused' {
  const { id = '', token = '', state = '', answer = '' } = request.query;
  if (!same(token, reportToken(id, secret))) return 'refused';
  if (state === '1') return { id, outcome: 'delivered' };
  if (state === '2' || state === '16') return { id, outcome: 'failed', error: failure(answer) };
  return 'nothing';
}

/** A text that Kannel hands over by its `get-url`; `refused` without the secret, `unusable` when it is no text. */
export function parseInbound(
  request: WebhookRequest,
  secret: string,
): CarrierInbound | 'unusable' | 'refused' {
  const fields = rawQuery(request.url);
  const field = (name: string): string => fields.get(name)?.toString('latin1') ?? '';
  if (!same(field('secret'), secret)) return 'refused';
  const text = decode(fields.get('text') ?? Buffer.alloc(0), field('charset'));
  const from = field('from');
  const id = field('id');
  if (text === undefined || !/^[0-9a-f-]{36}$/i.test(id)) return 'unusable';
  const seconds = Number(field('time'));
  const time = Number.isInteger(seconds) && seconds > 0 ? { time: seconds * 1000 } : {};
  return { id, from, to: field('to'), text, ...time };
}

/** Query fields with their bytes: a text may be UTF-16, which no usual reading of a query survives. */
function rawQuery(url: string): ReadonlyMap<string, Buffer> {
  const fields = new Map<string, Buffer>();
  const start = url.indexOf('?');
  if (start < 0) return fields;
  for (const pair of url.slice(start + 1).split('&')) {
    const split = pair.indexOf('=');
    if (split > 0) fields.set(pair.slice(0, split), percentDecoded(pair.slice(split + 1)));
  }
  return fields;
}

function percentDecoded(value: string): Buffer {
  const spaced = Buffer.from(value.replaceAll('+', ' '), 'utf8').toString('latin1');
  return Buffer.from(
    spaced.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

/** Undefined for binary messages and unknown character sets. */
function decode(bytes: Buffer, charset: string): string | undefined {
  try {
    return new TextDecoder(charset === '' ? 'utf-8' : charset.toLowerCase(), { ignoreBOM: true }).decode(
      bytes,
    );
  } catch {
    return undefined;
  }
}

/** The states of a receipt (SMPP 3.4 appendix B) that an SMSC puts behind `stat:`. */
function failure(answer: string): GatewayError {
  switch (/\bstat:([A-Z]{5,7})/.exec(answer)?.[1]) {
    case 'EXPIRED':
      return new GatewayError('recipient-unavailable', { key: 'sms-carrier-expired' });
    case 'UNDELIV':
      return new GatewayError('recipient-unavailable', { key: 'sms-carrier-undelivered' });
    case 'DELETED':
      return new GatewayError('rejected', { key: 'sms-carrier-deleted' });
    case 'REJECTD':
      return new GatewayError('rejected', { key: 'sms-carrier-report-rejected' });
    default: {
      // NACK/0x0000000b/Invalid Destination Address: the last part is for people.
      const said = quoted(/^NACK\/(?:[^/]*\/)?(.*)$/s.exec(answer)?.[1] ?? answer);
      return said === ''
        ? new GatewayError('recipient-unavailable', { key: 'sms-carrier-undelivered' })
        : new GatewayError('rejected', { key: 'sms-carrier-failed', args: { answer: said } });
    }
  }
}

function reportToken(id: string, secret: string): string {
  return createHmac('sha256', secret).update(id).digest('base64url');
}

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
