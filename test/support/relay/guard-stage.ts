import type { RelayDefinition } from '../../../src/core/relay/definitions.js';
import { Guard, type GuardOptions } from '../../../src/core/relay/guard.js';
import type { LegEvent, RelayWords, Speaker } from '../../../src/core/relay/model.js';
import { relayOptionsSchema } from '../../../src/core/relay/options.js';
import { DEFAULT_LEG_SETTINGS } from '../../../src/core/relay/settings.js';
import type { Text } from '../../../src/gateway/text.js';

/** A guard of one relay called `club`, and what it says and keeps. */
export interface GuardStage {
  readonly guard: Guard;
  readonly told: { readonly leg: string; readonly text: Text }[];
  readonly definition: RelayDefinition;
  /** Whether what somebody says on a leg is carried. */
  says(leg: string, nick: string, text: string, more?: Partial<Speaker & RelayWords>): boolean;
  /** Whether that is carried. */
  happens(leg: string, event: LegEvent): boolean;
}

/** A guard with the defaults of the configuration. */
export function guardStage(
  change: Partial<GuardOptions>,
  now: () => number,
  legs: readonly string[] = [],
  withholds: (from: string, speaker: Speaker, to?: string) => 'blocked' | undefined = () => undefined,
): GuardStage {
  const told: { readonly leg: string; readonly text: Text }[] = [];
  let definition: RelayDefinition = {
    name: 'club',
    legs: legs.map((id) => ({ id, since: 0, settings: DEFAULT_LEG_SETTINGS })),
    blocked: {},
    silent: {},
  };
  let number = 0;
  const guard = new Guard(
    { ...relayOptionsSchema.parse({}).flood, ...change },
    {
      now,
      moderation: {
        withholds: (_definition, from, speaker, to) => withholds(from, speaker, to),
        spoke: () => undefined,
        renamed: () => undefined,
      },
      say: (_relay, leg, text) => told.push({ leg, text }),
      keepSilent: (_relay, change) => {
        definition = { ...definition, silent: change(definition.silent) };
      },
      dismiss: () => undefined,
      placeOf: (leg) => leg,
    },
  );
  const happens = (leg: string, event: LegEvent): boolean => guard.admits(definition, leg, event);
  return {
    ...{ guard, told, happens },
    get definition() {
      return definition;
    },
    says: (leg, nick, text, { key = nick, ...words } = {}) => {
      number += 1;
      const speaker = { key, nick };
      return happens(leg, {
        content: { kind: 'said', speaker, words: { text, ...words } },
        ids: [`m${number}`],
      });
    },
  };
}
