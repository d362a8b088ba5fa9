import { z } from 'zod';
import { GatewayError } from '../../../src/gateway/error.js';

const usage = z.object({
  /** UTC date, `2026-01-31`. */
  day: z.string(),
  used: z.int().min(0),
});

/** Segments that a user has sent on one day: JSON for the store. */
export type QuotaUsage = z.output<typeof usage>;

/** Usage of the present day (UTC) from what the store had; nothing has been used when that is of another day. */
export function usageToday(stored: unknown, now: number): QuotaUsage {
  const day = new Date(now).toISOString().slice(0, 10);
  const known = usage.safeParse(stored).data;
  return known?.day === day ? known : { day, used: 0 };
}

/** Why so many segments more may not be sent today; undefined if they may. */
export function refuseQuota(today: QuotaUsage, segments: number, limit: number): GatewayError | undefined {
  if (today.used + segments <= limit) return undefined;
  const left = Math.max(0, limit - today.used);
  return new GatewayError('limit', { key: 'sms-quota', args: { segments, left, limit } });
}

/** Usage with segments that are about to be sent. */
export function charged(today: QuotaUsage, segments: number): QuotaUsage {
  return { ...today, used: today.used + segments };
}

/** Usage after all when segments charged on `day` have not been sent; those of another day are gone with it. */
export function refunded(today: QuotaUsage, day: string, segments: number): QuotaUsage {
  return day === today.day ? { ...today, used: Math.max(0, today.used - segments) } : today;
}
