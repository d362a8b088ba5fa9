import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import { ProcessStage, write } from '../../support/telegram/process-stage.js';

/** How many messages of a round have been shown when the gateway is killed. */
const ROUNDS = [1, 5, 12, 20];
const IN = 20;
const OUT = 10;

describe('a gateway that is killed while people talk', () => {
  let stage: ProcessStage;
  let alice: XmppClient;
  let anna: ScriptedPerson;
  let bert: ScriptedPerson;

  /** What Bert has said, as Alice was shown it. */
  const shown = (): readonly { readonly body: string; readonly id: string }[] =>
    alice.received.flatMap((stanza) => {
      const body = stanza.getChildText('body') ?? '';
      const from = stanza.name === 'message' && stanza.attrs.from === stage.jid(bert);
      return from && /^in-/.test(body) ? [{ body, id: stanza.attrs.id ?? '' }] : [];
    });
  const heard = (): readonly string[] =>
    [...bert.person.box.messages.values()].filter(({ out }) => !out).map(({ text }) => text);

  beforeAll(async () => {
    stage = await ProcessStage.start();
    anna = stage.telegram.person('Anna', { phone: '491701234567' });
    bert = stage.telegram.person('Bert');
    anna.knows(bert);
    alice = await stage.user('alice');
    await stage.register(alice, anna);
  });

  it('F08 S23 each message arrives once and in order, both ways', { timeout: 240_000 }, async () => {
    const brought: string[] = [];
    const sent = new Map<string, string>();
    const says = (): void => {
      brought.push(`in-${brought.length}`);
      bert.says(brought.at(-1) ?? '', anna);
    };
    const all = (): number => new Set(shown().map(({ body }) => body)).size;
    for (const round of ROUNDS) {
      const before = all();
      for (let index = 0; index < OUT; index += 1) {
        const body = `out-${sent.size}`;
        sent.set(await write(alice, stage.jid(bert), body, "<request xmlns='urn:xmpp:receipts'/>"), body);
      }
      for (let index = 0; index < IN; index += 1) says();
      await expect.poll(all, { timeout: 30_000, interval: 1 }).toBeGreaterThanOrEqual(before + round);
      await stage.gateway.kill();
      says();
      await stage.gateway.start();
      await expect.poll(all, { timeout: 60_000 }).toBe(brought.length);
    }
    // Twice on the wire is one message with one id; the first time counts.
    const first = new Map<string, string>();
    for (const { id, body } of shown()) if (!first.has(id)) first.set(id, body);
    expect([...first.values()]).toEqual(brought);
    const last = await write(alice, stage.jid(bert), 'out-last');
    sent.set(last, 'out-last');
    await expect.poll(() => heard().at(-1), { timeout: 60_000 }).toBe('out-last');
    // What the server had handed over when the process died, and the process had not kept, nobody can send.
    const kept = new Set(heard());
    expect(heard()).toEqual([...sent.values()].filter((body) => kept.has(body)));
    const receipts = alice.received.flatMap((stanza) => stanza.getChild('received')?.attrs.id ?? []);
    expect(receipts.length).toBeGreaterThan(0);
    for (const id of receipts) expect(kept).toContain(sent.get(id));
  });
});
