import { expect, it } from 'vitest';
import { conditionOf } from '../../support/core/room-stage.js';
import { TalkStage } from '../../support/core/talk-stage.js';
import { MemoryPost } from '../../support/memory-network/post.js';

it('S23 what comes while the gateway stops begins no session, and is answered with an error', async () => {
  const post = new MemoryPost();
  const stage = await TalkStage.start(undefined, { network: { lasting: true, post } });
  await stage.stop();
  stage.take();
  expect(stage.world.connected.size).toBe(0);
  const answers = await stage.write('<body>too late</body>');
  expect(stage.world.connected.size).toBe(0);
  expect(answers.map(conditionOf)).toEqual(['remote-server-timeout']);
});
