import type { ContactId } from '../../../src/gateway/ids.js';
import type { PolicyOptions } from './options.js';

/** See `tariff` in the options. */
export type Tariff = NonNullable<PolicyOptions['tariff']>;

/** A price; whole millionths, because sums of decimal fractions are not what they seem. */
export interface Cost {
  readonly micros: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** What so many segments cost there, by the longest prefix in the tariff; undefined when no price is known. */
export function costOf(destination: ContactId, segments: number, tariff: Tariff): Cost | undefined {
  const { prices, currency } = tariff;
  for (let length = destination.length; length > 0; length--) {
    const prefix = destination.slice(0, length);
    if (Object.hasOwn(prices, prefix)) return { micros: (prices[prefix] ?? 0) * segments, currency };
  }
  const { otherwise } = tariff;
  return otherwise === undefined ? undefined : { micros: otherwise * segments, currency };
}

/** A decimal number in words of the options, `0.075`, as millionths: 75000. At most six places are taken. */
export function microsOf(decimal: string): number {
  const [whole = '', fraction = ''] = decimal.split('.');
  return Number(whole) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

/** `0.15 EUR`: two decimals, more where they are needed. */
export function formatCost({ micros, currency }: Cost): string {
  const whole = Math.floor(micros / 1_000_000);
  const fraction = String(micros % 1_000_000)
    .padStart(6, '0')
    .replace(/0{1,4}$/, '');
  return `${whole}.${fraction} ${currency}`;
}
