import { type CaseMapping, caseMappingOf } from './casemap.js';

/** What a server has announced (RPL_ISUPPORT, 005); one object for all connections that were told the same. */
export interface Isupport {
  readonly caseMapping: CaseMapping;
  /** Channel modes of members, highest first, and the symbols that stand for them in NAMES. */
  readonly prefixModes: string;
  readonly prefixSymbols: string;
  readonly channelTypes: string;
  /** Modes with a parameter: lists (A), always (B), only when set (C). */
  readonly listModes: string;
  readonly alwaysParam: string;
  readonly setParam: string;
  /** Modes without parameter (D). */
  readonly flagModes: string;
  readonly statusMessage: string;
  readonly nickLength: number;
  readonly topicLength: number;
  readonly kickLength: number;
  /** Modes with parameters that one MODE line may carry. */
  readonly modesPerLine: number;
  readonly userFilterInList: boolean;
  readonly networkName: string | undefined;
  /** Two announcements with the same key say the same. */
  readonly key: string;
}

/** What RFC 1459 and its servers do when they announce nothing. */
const defaults = { nickLength: 30, textLength: 390, modesPerLine: 3 } as const;

/** From the options as irc-framework keeps them; anything odd falls back to the protocol's defaults. */
export function isupportOf(options: Readonly<Record<string, unknown>>): Isupport {
  const prefixes = pairs(options.PREFIX);
  const modes = list(options.CHANMODES);
  const isupport = {
    caseMapping: caseMappingOf(text(options.CASEMAPPING)),
    prefixModes: prefixes.map(({ mode }) => mode).join(''),
    prefixSymbols: prefixes.map(({ symbol }) => symbol).join(''),
    channelTypes: list(options.CHANTYPES).join('') || '#&',
    listModes: modes[0] ?? 'b',
    alwaysParam: modes[1] ?? 'k',
    setParam: modes[2] ?? 'l',
    flagModes: modes[3] ?? 'imnpst',
    statusMessage: list(options.STATUSMSG).join(''),
    nickLength: positive(options.NICKLEN ?? options.MAXNICKLEN, defaults.nickLength),
    topicLength: positive(options.TOPICLEN, defaults.textLength),
    kickLength: positive(options.KICKLEN, defaults.textLength),
    modesPerLine: positive(options.MODES, defaults.modesPerLine),
    userFilterInList: (text(options.ELIST) ?? '').toUpperCase().includes('U'),
    networkName: text(options.NETWORK),
  };
  return { ...isupport, key: JSON.stringify(isupport) };
}

/** Before a server has announced anything. */
export const unannounced: Isupport = isupportOf({
  PREFIX: [
    { mode: 'o', symbol: '@' },
    { mode: 'v', symbol: '+' },
  ],
});

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function positive(value: unknown, otherwise: number): number {
  const number = typeof value === 'string' ? Number.parseInt(value, 10) : Number.NaN;
  return Number.isSafeInteger(number) && number > 0 ? number : otherwise;
}

function pairs(value: unknown): { mode: string; symbol: string }[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (pair): pair is { mode: string; symbol: string } =>
      typeof pair?.mode === 'string' && pair.mode.length === 1 && pair.symbol?.length === 1,
  );
}
