import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NetworkMessageId } from '../../../src/gateway/ids.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { PersonalRoomStage } from '../../support/core/personal-room-stage.js';
import { codesOf, DOMAIN, parseStanzas, ROMEO, TEA } from '../../support/core/room-stage.js';
import { SeveredStore } from '../../support/delivery/severed-store.js';
import { MemoryPost } from '../../support/memory-network/post.js';
import { MemoryStore } from '../../support/memory-store.js';

type Step =
  | { readonly do: 'bring'; readonly message: number }
  | { readonly do: 'join' | 'leave' | 'say' | 'kill' | 'turn' | 'settle' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('bring' as const), message: fc.nat(9) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'join' as const,
        'join' as const,
        'leave' as const,
        'say' as const,
        'turn' as const,
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('kill' as const, 'settle' as const) }) },
);

/** History of any length is shown. */
const ARCHIVE = { enabled: true, history: 1_000, maxPage: 1_000 };

/** Processes of one gateway, one after the other, on one store. */
class Run {
  readonly store = new MemoryStore();
  readonly post = new MemoryPost();
  /** Messages that the network has brought. */
  readonly brought = new Set<number>();
  /** Those that the gateway has taken upon itself. */
  readonly taken = new Set<number>();
  /** What each process has sent. */
  readonly sent: (readonly XmlElement[])[] = [];
  #severed: SeveredStore;
  #stage: PersonalRoomStage;
  #said = 0;

  constructor(private readonly turns: () => number) {
    [this.#severed, this.#stage] = this.#open();
  }

  async start(): Promise<void> {
    await this.#stage.register(ROMEO);
    await this.settle();
  }

  async take(one: Step): Promise<void> {
    const stage = this.#stage;
    switch (one.do) {
      case 'bring':
        this.brought.add(one.message);
        this.#bring(one.message);
        return;
      case 'join':
        void stage.receive(`<presence from='${ROMEO}' to='${TEA}/Romeo'><x xmlns='${NS.MUC}'/></presence>`);
        return;
      case 'leave':
        void stage.receive(`<presence from='${ROMEO}' to='${TEA}/Romeo' type='unavailable'/>`);
        return;
      case 'say':
        this.#said += 1;
        void stage.receive(
          `<message from='${ROMEO}' to='${TEA}' type='groupchat' id='own${this.#said}'><body>own</body></message>`,
        );
        return;
      case 'kill':
        this.end();
        [this.#severed, this.#stage] = this.#open();
        await this.#stage.start();
        await this.#stage.receive(`<presence from='${ROMEO}' to='${DOMAIN}'/>`);
        return;
      case 'turn':
        await new Promise((resolve) => setImmediate(resolve));
        return;
      case 'settle':
        await this.settle();
        return;
      default:
        one satisfies never;
    }
  }

  /** The process ends at this instant. */
  end(): void {
    this.#severed.sever();
    this.sent.push(this.#stage.sink.sent.flatMap(parseStanzas));
  }

  /** The network brings again what was not taken, and everything comes to rest. */
  async drain(): Promise<void> {
    await this.settle();
    for (const message of this.brought) if (!this.taken.has(message)) this.#bring(message);
    await this.settle();
  }

  async settle(): Promise<void> {
    for (let round = 0; round < 6; round += 1) await this.#stage.settled();
  }

  archived(): Promise<readonly string[]> {
    return this.#stage.archived();
  }

  #bring(message: number): void {
    const id = `n${message}` as NetworkMessageId;
    const text = `text ${message}`;
    // After a kill nobody hears of it any more, and the network does not know that it was taken.
    this.#stage.brings(text, { id }).then(
      () => this.taken.add(message),
      () => undefined,
    );
  }

  #open(): [SeveredStore, PersonalRoomStage] {
    const severed = new SeveredStore(this.store, this.turns);
    const store = severed.face as MemoryStore;
    return [severed, new PersonalRoomStage({ store, post: this.post, domain: { archive: ARCHIVE } })];
  }
}

const stanzaIdOf = (stanza: XmlElement) => stanza.child('stanza-id', NS.SID)?.attrs.id;

/** What a client has been shown from coming in on. */
interface Visit {
  readonly ids: string[];
  readonly bodies: string[];
  /** It has not left. */
  open: boolean;
}

function visits(sent: readonly XmlElement[]): readonly Visit[] {
  const seen: Visit[] = [];
  for (const stanza of sent) {
    if (stanza.attrs.to !== ROMEO) continue;
    const last = seen.at(-1);
    const isSelf = stanza.name === 'presence' && codesOf(stanza).includes('110');
    if (isSelf && last) last.open = false;
    if (isSelf && stanza.attrs.type === undefined) seen.push({ ids: [], bodies: [], open: true });
    const id = stanza.attrs.type === 'groupchat' ? stanzaIdOf(stanza) : undefined;
    if (id === undefined) continue;
    last?.ids.push(id);
    last?.bodies.push(stanza.childText('body') ?? '');
  }
  return seen;
}

function isInvitation(stanza: XmlElement): boolean {
  return stanza.child('x', NS.MUC_USER)?.child('invite', NS.MUC_USER) !== undefined;
}

it('F08 S23 whatever comes in between, a message is archived once, shown once a visit, and calls once an absence', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 40 }),
      fc.array(fc.nat(3), { minLength: 7, maxLength: 7 }),
      async (steps, turns) => {
        let calls = 0;
        let slow = false;
        const run = new Run(() => (slow ? (turns[calls++ % turns.length] ?? 0) : 0));
        await run.start();
        slow = true;
        for (const one of steps) await run.take(one);
        await run.drain();
        slow = false;
        const bodies = await run.archived();
        const theirs = bodies.filter((body) => body !== 'own');
        expect([...theirs].sort()).toEqual([...run.brought].map((message) => `text ${message}`).sort());
        run.end();
        for (const { ids } of run.sent.flatMap(visits)) expect(ids).toEqual([...new Set(ids)]);
        const last = visits(run.sent.at(-1) ?? []).at(-1);
        if (last?.open) expect(last.bodies).toEqual(bodies);
        const called = new Set(
          run.sent
            .flat()
            .filter(isInvitation)
            .map(({ attrs }) => attrs.id),
        );
        const arrivals = run.sent.flatMap(visits).length;
        expect(called.size).toBeLessThanOrEqual(arrivals + 1);
      },
    ),
    { numRuns: 150 },
  );
}, 120_000);
