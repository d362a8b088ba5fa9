import { describe, expect, it } from 'vitest';
import type { ContactId } from '../../../src/gateway/ids.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { HistoryStage } from '../../support/core/history-stage.js';
import { PersonalRoomStage } from '../../support/core/personal-room-stage.js';
import { DOMAIN, ROMEO } from '../../support/core/room-stage.js';

const ALICE = 'alice' as ContactId;

async function tell(stage: PersonalRoomStage, text: string): Promise<void> {
  await stage.receive(`<message from='${ROMEO}' to='${DOMAIN}' type='chat'><body>${text}</body></message>`);
  await stage.settled();
}

describe('what was said with a person before', () => {
  it('F08 comes in order with its time, and none of it twice', async () => {
    const stage = await HistoryStage.open();
    stage.world.person('Alice');
    for (const text of ['one', 'two', 'three']) stage.past.tell(ALICE, text, stage.tick());
    await tell(stage, 'history Alice');
    await tell(stage, '2');
    const said = stage.take().filter(({ attrs }) => attrs.from === `alice@${DOMAIN}`);
    expect(said.map((stanza) => stanza.childText('body'))).toEqual(['two', 'three']);
    expect(said.every((stanza) => stanza.child('delay', NS.DELAY))).toBe(true);
    await tell(stage, 'history Alice');
    stage.take();
    await tell(stage, '100');
    const bodies = stage.take().flatMap((stanza) => stanza.childText('body') ?? []);
    expect(bodies[0]).toBe('one');
    expect(bodies.at(-1)).toContain('3');
    expect(bodies).toHaveLength(2);
  });

  it('of nobody there is nothing, in words', async () => {
    const stage = await HistoryStage.open();
    stage.world.person('Alice');
    await tell(stage, 'history Alice');
    await tell(stage, '-');
    expect(stage.take().at(-1)?.childText('body')).toContain('no messages');
  });

  it('is not offered where the network does not remember', async () => {
    const stage = await PersonalRoomStage.start();
    const items = await stage.result(
      'get',
      ROMEO,
      DOMAIN,
      `<query xmlns='${NS.DISCO_ITEMS}' node='${NS.COMMANDS}'/>`,
    );
    expect(items.toString()).toContain('isthmus:mute');
    expect(items.toString()).not.toContain('isthmus:history');
  });
});
