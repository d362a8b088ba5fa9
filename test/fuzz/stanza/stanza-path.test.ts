import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { DOMAIN } from '../domain-parts.js';
import { runs } from '../runs.js';
import { damage, damaged, hostileText, stanza } from './arbitraries.js';
import { complaints, unanswered } from './outputs.js';
import { StanzaStage, type StanzaStageOptions, stageTranslator } from './stage.js';

/** Milliseconds for a whole target, shrinking included. */
const TIME_LIMIT_MS = 300_000;

const translator = stageTranslator();

/** What the network does in between, in text as hostile as it likes. */
type WorldStep =
  | { readonly kind: 'say' | 'tell' | 'leave'; readonly nick: string; readonly text: string }
  | { readonly kind: 'enter' | 'rename'; readonly nick: string; readonly text: string };

const worldStep: fc.Arbitrary<WorldStep> = fc.record({
  kind: fc.constantFrom(
    'say' as const,
    'tell' as const,
    'leave' as const,
    'enter' as const,
    'rename' as const,
  ),
  nick: fc.oneof(fc.constantFrom('alice', 'Alice', 'romeo', 'bob'), hostileText),
  text: hostileText,
});

const options = fc.record({
  policy: fc.constantFrom<NonNullable<StanzaStageOptions['policy']>>('open', 'open', 'registered', 'closed'),
  limits: fc.constantFrom<NonNullable<StanzaStageOptions['limits']>>(
    {},
    {},
    {},
    { messageBurst: 5, joinsPerMinute: 1 },
  ),
});

function act({ gateway: { world } }: StanzaStage, step: WorldStep): void {
  switch (step.kind) {
    case 'say':
      world.say('#tea', step.nick, step.text);
      return;
    case 'tell':
      world.tell(step.nick, 'romeo', step.text);
      return;
    case 'leave':
      world.leave('#tea', step.nick, step.text);
      return;
    case 'enter':
      world.enter('#tea', step.nick);
      return;
    case 'rename':
      world.rename(step.nick, step.text);
  }
}

/** A user who has done no wrong is served as ever. */
async function expectService(stage: StanzaStage): Promise<void> {
  stage.sink.take();
  stage.feed(
    Buffer.from(
      `<iq type='get' id='last' from='mercutio@example.org/x' to='${DOMAIN}'><query xmlns='${NS.DISCO_INFO}'/></iq>`,
    ),
  );
  await stage.settled();
  expect(stage.sink.take()).toEqual([expect.stringMatching(/^<iq type='result' id='last'/)]);
}

it(
  'A03 A05 A08 S08 S09 any sequence of stanzas is answered by the rules, and the next user is served',
  async () => {
    const input = fc.record({
      options,
      steps: fc.array(fc.oneof({ weight: 4, arbitrary: stanza }, { weight: 1, arbitrary: worldStep }), {
        minLength: 1,
        maxLength: 25,
      }),
    });
    await fc.assert(
      fc.asyncProperty(input, async ({ options: chosen, steps }) => {
        const stage = new StanzaStage({ translator, ...chosen });
        try {
          stage.feed(Buffer.from(JOIN));
          await stage.settled();
          for (const step of steps) {
            if (typeof step === 'string') stage.feed(Buffer.from(step));
            else act(stage, step);
            await stage.settled();
          }
          expect(complaints(stage.received, stage.sink.sent)).toEqual([]);
          expect(unanswered(stage.received, stage.sink.sent)).toEqual([]);
          expect(stage.faults).toEqual([]);
          await expectService(stage);
        } finally {
          await stage.stop();
        }
      }),
      runs('stanzas'),
    );
  },
  TIME_LIMIT_MS,
);

it(
  'S10 any damage to the bytes of a stream ends at most that stream',
  async () => {
    const input = fc.array(fc.record({ stanza, damage, cut: fc.nat(200) }), { minLength: 1, maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(input, async (pieces) => {
        const stage = new StanzaStage({ translator });
        try {
          for (const piece of pieces) {
            const bytes = damaged(Buffer.from(piece.stanza), piece.damage);
            stage.feed(bytes.subarray(0, piece.cut));
            stage.feed(bytes.subarray(piece.cut));
          }
          await stage.settled();
          expect(complaints(stage.received, stage.sink.sent)).toEqual([]);
          expect(stage.faults).toEqual([]);
          stage.reconnect();
          await expectService(stage);
        } finally {
          await stage.stop();
        }
      }),
      runs('damaged streams'),
    );
  },
  TIME_LIMIT_MS,
);

const JOIN = `<presence from='romeo@example.org/orchard' to='#tea@${DOMAIN}/romeo'><x xmlns='${NS.MUC}'/></presence>`;
