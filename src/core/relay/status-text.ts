import type { Text } from '../../gateway/text.js';
import { sayMoment } from '../delivery/moment.js';
import type { LegStatus } from './book.js';
import type { LegState } from './leg.js';
import type { LegSettings, SettingName } from './settings.js';

/** Says a sentence in the reader's language. */
export type Say = (text: Text) => string;

const STATES: Readonly<Record<LegState['state'], Text>> = {
  joining: { key: 'relay-state-joining' },
  joined: { key: 'relay-state-joined' },
  away: { key: 'relay-state-away' },
  refused: { key: 'relay-state-refused' },
};

/** What each setting is called. */
export const SETTING_LABELS: Readonly<Record<SettingName, Text>> = {
  direction: { key: 'relay-setting-direction' },
  presence: { key: 'relay-setting-presence' },
  typing: { key: 'relay-setting-typing' },
  topics: { key: 'relay-setting-topics' },
  moderates: { key: 'relay-setting-moderates' },
  obeys: { key: 'relay-setting-obeys' },
  nick: { key: 'relay-setting-nick' },
  password: { key: 'relay-setting-password' },
  language: { key: 'relay-setting-language' },
  most: { key: 'relay-setting-most' },
};

/** The state of a leg in words, and why. */
function sayState(state: LegState, say: Say): string {
  const word = say(STATES[state.state]);
  return 'reason' in state ? `${word} (${say(state.reason)})` : word;
}

/** How a relay fares: a line for each leg, and below it what is to be known of it. */
export function statusLines(name: string, legs: readonly LegStatus[], say: Say): readonly string[] {
  return [say({ key: 'relay-report', args: { name } }), ...legs.flatMap((leg) => legLines(leg, say))];
}

/** The state of each leg after a link, one line each. */
export function stateLines(legs: readonly LegStatus[], say: Say): readonly string[] {
  return legs.map(({ id, state }) => `${id}: ${sayState(state, say)}`);
}

function legLines({ id, state, came, went, waiting, troubles, facts }: LegStatus, say: Say): string[] {
  const traffic = {
    ...{ came: came.total, cameMinute: came.minute, cameHour: came.hour },
    ...{ went: went.total, wentMinute: went.minute, wentHour: went.hour, waiting },
  };
  const below = [
    say({ key: 'relay-report-traffic', args: traffic }),
    ...troubles.map(({ text, time }) => {
      const reason = say(text ?? { key: 'relay-trouble-unknown' });
      return say({ key: 'relay-report-trouble', args: { time: sayMoment(time), reason } });
    }),
    ...facts.map(say),
  ];
  return [`${id}: ${sayState(state, say)}`, ...below.map((line) => `  ${line}`)];
}

/** The settings of a leg, one line each; a password is only said to be there. */
export function settingLines(
  settings: LegSettings,
  names: readonly SettingName[],
  say: Say,
): readonly string[] {
  return names.map((name) => {
    const value = settings[name];
    const shown =
      value === undefined
        ? say({ key: 'relay-setting-none' })
        : name === 'password'
          ? '…'
          : typeof value === 'boolean'
            ? say({ key: value ? 'relay-setting-yes' : 'relay-setting-no' })
            : String(value);
    return `${name} = ${shown} — ${say(SETTING_LABELS[name])}`;
  });
}
