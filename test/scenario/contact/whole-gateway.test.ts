import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DomainStage } from '../../support/domain-stage.js';
import { SERVERS } from '../../support/service-talk.js';

describe.each(SERVERS)('a network with contact lists, through %s', (xmpp) => {
  let stage: DomainStage;

  beforeAll(async () => {
    stage = await DomainStage.start({ xmpp, contacts: 'presence' });
  });
  afterAll(() => stage.stop());

  it('Q04 a person who was never added is written to, and his answer arrives', async () => {
    const alice = await stage.user('alice');
    await stage.register(alice);
    const carol = stage.world.person('Carol');
    await alice.message(stage.contact('Carol'), 'good morning');
    await expect.poll(() => carol.heard).toEqual(['good morning']);
    stage.world.tell('Carol', 'alice', 'and to you');
    const answer = await alice.waitFor({ name: 'message', from: stage.contact('Carol') }, 'the answer');
    expect(answer.getChildText('body')).toBe('and to you');
    expect(stage.faults).toEqual([]);
  });
});
