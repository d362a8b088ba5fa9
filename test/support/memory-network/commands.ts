import { type EventEmitter, once } from 'node:events';
import type { FormPicture, FormStep } from '../../../src/gateway/form.js';
import type { AccountChange, Command, CommandContext } from '../../../src/gateway/gateway.js';

const COLOURS = ['red', 'green'] as const;

/** A form that writes settings. */
const preferences: Command = {
  name: 'preferences',
  title: { key: 'memory-preferences' },
  scope: 'service',
  access: 'account',
  start: async ({ account }): Promise<FormStep<AccountChange>> => ({
    kind: 'form',
    form: {
      title: { key: 'memory-preferences' },
      instructions: { key: 'memory-preferences-hint' },
      fields: [
        { name: 'hint', type: 'note', label: { key: 'memory-preferences-hint' } },
        {
          name: 'colour',
          type: 'choice',
          label: { key: 'memory-colour' },
          required: true,
          options: COLOURS.map((value) => ({ value, label: { key: `memory-colour-${value}` } })),
        },
        { name: 'greet', type: 'boolean', label: { key: 'memory-greet' }, value: '1' },
        { name: 'about', type: 'multiline', label: { key: 'memory-about' } },
      ],
    },
    submit: async (values) => ({
      kind: 'done',
      result: { settings: { ...account?.settings, ...values } },
      note: { key: 'memory-saved' },
    }),
  }),
};

/** Three stages: the second may be gone back from. */
const journey: Command = {
  name: 'journey',
  title: { key: 'memory-journey' },
  scope: 'both',
  access: 'anyone',
  start: async () => leg(1),
};

function leg(number: number): FormStep<AccountChange> {
  return {
    kind: 'form',
    form: {
      title: { key: 'memory-journey' },
      fields: [{ name: `leg${number}`, type: 'text', label: { key: 'memory-leg' }, required: true }],
    },
    submit: async () =>
      number < 3 ? leg(number + 1) : { kind: 'done', result: {}, note: { key: 'memory-arrived' } },
  };
}

/** Only on the place's own address. */
const knock: Command = {
  name: 'knock',
  title: { key: 'memory-knock' },
  scope: 'place',
  access: 'anyone',
  start: async ({ place }: CommandContext) => ({
    kind: 'done',
    result: {},
    lines: [{ key: 'memory-knocked', args: { place: place ?? 'nowhere' } }],
  }),
};

/** A small picture of a letter; no client reads it. */
export function paintingOf(letter: string): FormPicture {
  return {
    ...{ mediaType: 'image/png', bytes: Buffer.from(`a picture of ${letter}`), width: 16, height: 8 },
    text: `${letter}${letter}\n${letter}${letter}`,
  };
}

/** Waits for something that happens elsewhere. */
const wait = (elsewhere: Elsewhere): Command => ({
  name: 'wait',
  title: { key: 'memory-wait' },
  scope: 'service',
  access: 'anyone',
  start: async () => ({
    kind: 'form',
    form: { title: { key: 'memory-wait' }, fields: [] },
    ready: once(elsewhere, 'happens').then(() => undefined),
    submit: async () => ({ kind: 'done', result: {}, note: { key: 'memory-arrived' } }),
  }),
});

/** Pictures to look at: the first is shown again, then another one takes its place. */
const look: Command = {
  name: 'look',
  title: { key: 'memory-look' },
  scope: 'service',
  access: 'anyone',
  start: async () => painting(1),
};

function painting(times: number): FormStep<AccountChange> {
  const picture = paintingOf(times < 3 ? 'a' : 'b');
  return {
    kind: 'form',
    form: {
      title: { key: 'memory-look' },
      fields: [{ name: 'painting', type: 'picture', label: { key: 'memory-painting' }, picture }],
    },
    ...(times > 1 && { problem: { key: 'memory-look-again' } }),
    submit: async () =>
      times < 3 ? painting(times + 1) : { kind: 'done', result: {}, note: { key: 'memory-arrived' } },
  };
}

/** A network's fault that is none of the seam's errors. */
const crash: Command = {
  name: 'crash',
  title: { key: 'memory-crash' },
  scope: 'service',
  access: 'anyone',
  start: async () => {
    throw new TypeError('a fault of the network');
  },
};

/** What happens outside of all dialogues. */
export type Elsewhere = EventEmitter<{ happens: [] }>;

export function memoryCommands(elsewhere: Elsewhere): readonly Command[] {
  return [preferences, journey, wait(elsewhere), look, knock, crash];
}
