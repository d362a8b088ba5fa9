import type { Config } from '../config/schema.js';

/** Paths whose change takes effect on SIGHUP; everything else needs a restart. */
const RELOADABLE = [
  'users',
  'limits',
  'delivery',
  'contact',
  'language',
  'log.level',
  'archive.days',
  'archive.history',
  'archive.maxPage',
  'messages.days',
];
/** The same inside each component. */
const RELOADABLE_IN_COMPONENT = ['policy', 'allow'];

/** Which changed keys a running gateway takes, and which wait for a restart. */
export interface ConfigChanges {
  readonly applied: readonly string[];
  readonly restart: readonly string[];
}

/** Compares two configurations key by key. */
export function compareConfigs(before: Config, after: Config): ConfigChanges {
  const changed = differences({ ...before, file: '' }, { ...after, file: '' }, '');
  const isReloadable = (path: string) =>
    RELOADABLE.some(
      (known) => path === known || path.startsWith(`${known}.`) || path.startsWith(`${known}[`),
    ) ||
    RELOADABLE_IN_COMPONENT.some((known) => new RegExp(`^components\\[\\d+\\]\\.${known}(\\[|$)`).test(path));
  return { applied: changed.filter(isReloadable), restart: changed.filter((path) => !isReloadable(path)) };
}

function differences(before: unknown, after: unknown, path: string): readonly string[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) {
    if (before.length !== after.length) return [path];
    return before.flatMap((item, index) => differences(item, after[index], `${path}[${index}]`));
  }
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], path === '' ? key : `${path}.${key}`));
  }
  return [path];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
