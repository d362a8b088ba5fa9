import { describe, expect, it } from 'vitest';
import { HOSTED, HostedStage } from '../../../support/relay/hosted-stage.js';

const ANN = 'ann@example.org/a';
const BOB = 'bob@example.net/c';
const SEAT = 'carol%net@irc.example.org/s';

async function talk(): Promise<HostedStage> {
  const stage = new HostedStage();
  await stage.enter(ANN, 'Ann');
  await stage.enter(BOB, 'Bob');
  await stage.enter(SEAT, 'carol', 'stand-in');
  return stage;
}

describe('what is said in a hosted room', () => {
  it('I19 is archived once, also when the relay tells it again since it does not know that it has', async () => {
    const stage = await talk();
    await stage.say(SEAT, 'from IRC', 'crossing-1', 'stand-in');
    await stage.say(SEAT, 'from IRC', 'crossing-1', 'stand-in');
    expect(await stage.entries()).toHaveLength(1);
    const ids = stage.inside.flatMap((xml) => /<stanza-id [^>]*id='([^']*)'/.exec(xml)?.[1] ?? []);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(stage.to(ANN).filter((stanza) => stanza.child('body'))).toHaveLength(1);
  });

  it('I19 is not archived where it says nothing for later, or was said in private', async () => {
    const stage = await talk();
    await stage.take(
      `<message type='groupchat' from='${ANN}' to='${HOSTED}'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`,
    );
    await stage.take(`<message type='chat' from='${ANN}' to='${HOSTED}/Bob'><body>psst</body></message>`);
    expect(await stage.entries()).toHaveLength(0);
    expect(stage.to(BOB).some((stanza) => stanza.childText('body') === 'psst')).toBe(true);
    expect(stage.to(ANN).some((stanza) => stanza.childText('body') === 'psst')).toBe(false);
  });

  it('I12 is corrected and taken back by its author only', async () => {
    const stage = await talk();
    await stage.say(ANN, 'mine', 'm1');
    const [entry] = await stage.entries();
    await stage.take(
      `<message type='groupchat' id='m2' from='${BOB}' to='${HOSTED}'><body>forged</body><replace xmlns='urn:xmpp:message-correct:0' id='m1'/></message>`,
    );
    expect(stage.to(ANN).at(-1)?.child('replace')).toBeUndefined();
    const retract = (from: string) =>
      stage.take(
        `<message type='groupchat' id='m3' from='${from}' to='${HOSTED}'><retract xmlns='urn:xmpp:message-retract:1' id='${entry?.id}'/></message>`,
      );
    await expect(retract(BOB)).rejects.toMatchObject({ condition: 'forbidden' });
    await retract(ANN);
    expect((await stage.entries())[0]?.payload).toContain('<retracted');
    expect(JSON.stringify(await stage.entries())).not.toContain('mine');
  });

  it('F25 is refused when it is too long, or holds too much', async () => {
    const stage = await talk();
    await expect(stage.say(ANN, 'x'.repeat(1_001), 'long')).rejects.toMatchObject({
      condition: 'policy-violation',
    });
    const stuffed = `<message type='groupchat' from='${ANN}' to='${HOSTED}'><body>a</body><x xmlns='urn:x'>${'y'.repeat(20_000)}</x></message>`;
    await expect(stage.take(stuffed)).rejects.toMatchObject({ condition: 'policy-violation' });
    expect(await stage.entries()).toHaveLength(0);
  });

  it('comes back to its author where it was private and is refused; nobody is taken for gone by that', async () => {
    const stage = await talk();
    await stage.take(
      `<message type='chat' id='w1' from='${ANN}' to='${HOSTED}/Bob'><body>psst</body></message>`,
    );
    const refusal = (from: string, to: string, id: string) =>
      `<message type='error' id='${id}' from='${from}' to='${to}'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`;
    await stage.take(refusal(BOB, `${HOSTED}/Ann`, 'w1'));
    expect(stage.to(ANN).at(-1)?.attrs).toMatchObject({ type: 'error', id: 'w1', from: `${HOSTED}/Bob` });
    expect(stage.room.occupants.called('Bob')).toBeDefined();
    await stage.take(refusal(BOB, `${HOSTED}/Ann`, 'other'));
    expect(stage.room.occupants.called('Bob')).toBeUndefined();
  });
});
