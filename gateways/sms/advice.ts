import type { Webhooks } from '../../src/gateway/webhook.js';
import { withRetries } from './carrier/twilio/callback.js';
import type { CarrierOptions, SmsOptions } from './options.js';

/** A sentence for the operator; `remedy` where something is missing. */
interface Advice {
  readonly text: string;
  readonly remedy?: string;
}

/** What an operator should know of valid options: whether anybody can register, and what providers have to call. */
export function adviceOn(options: SmsOptions, webhooks: Pick<Webhooks, 'address'>): readonly Advice[] {
  const { carriers, numbers, claims, providers } = options;
  const advice: Advice[] = [];
  if (numbers.length === 0 && !claims.allowed && Object.keys(providers).length === 0)
    advice.push({
      text: 'nobody can register: there are no numbers, users may bring none, and no providers of their own',
      remedy: 'Set options.carriers and options.numbers, or claims.allowed, or providers; docs/sms.md.',
    });
  for (const name of Object.keys(carriers))
    if (
      !numbers.some(({ carrier }) => carrier === name) &&
      !(claims.allowed && carrierOfClaims(options) === name)
    )
      advice.push({
        text: `the carrier ${name} has no numbers, so nothing goes out by it`,
        remedy: 'Add its numbers to options.numbers, or remove it.',
      });
  for (const [name, carrier] of Object.entries(carriers)) advice.push(...called(name, carrier, webhooks));
  return advice;
}

function carrierOfClaims({ carriers, claims }: SmsOptions): string | undefined {
  return claims.carrier ?? Object.keys(carriers)[0];
}

/** Where the provider behind a carrier has to call; nothing without HTTP, of which the check speaks by itself. */
function called(
  name: string,
  { kind }: CarrierOptions,
  webhooks: Pick<Webhooks, 'address'>,
): readonly Advice[] {
  const address = webhooks.address(`${name}/message`);
  if (address === undefined) return [];
  if (kind === 'twilio')
    return [
      {
        text: `Twilio has to report incoming messages of ${name} by HTTP POST to ${withRetries(address)}, also as the fallback`,
      },
    ];
  if (kind === 'kannel')
    return [{ text: `get-url of Kannel's sms-service for ${name}: ${kannelUrl(address)}` }];
  return [];
}

/** Without the secret, which is in the configuration. */
function kannelUrl(address: string): string {
  return `${address}?secret=SECRET&id=%I&from=%p&to=%P&time=%T&charset=%C&text=%b`;
}
