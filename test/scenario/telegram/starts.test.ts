import { Api } from 'telegram';
import { afterEach, expect, it } from 'vitest';
import { held } from '../../servers/telegram/faults.js';
import { GatewayStage } from '../../support/telegram/gateway-stage.js';

let stage: GatewayStage;
afterEach(() => stage.stop());

const PATIENCE_MS = 50;

async function registered(count: number, telegram: Readonly<Record<string, unknown>> = {}): Promise<void> {
  stage = await GatewayStage.start({ telegram });
  const friend = stage.server.person('Friend');
  for (let user = 0; user < count; user += 1) {
    const person = stage.server.person(`Person ${user}`);
    friend.says('hello', person);
    await stage.register(person, `user${user}@example.org`);
  }
}

it('begins sessions that had to wait for others to connect as soon as they are connected', async () => {
  const limits = { retryFirstMs: 20, retryLastMs: 1_000_000, patienceMs: PATIENCE_MS };
  await registered(3, { connecting: { atOnce: 1, perSecond: 1_000 }, limits });
  await stage.restart();
  for (let begun = 0; begun < 3; begun += 1) await stage.begun();
  const { fault, release } = held();
  stage.server.faults.next(Api.help.GetConfig, fault);
  while (stage.server.count(Api.help.GetConfig) > 0) await stage.server.asked(Api.help.GetConfig);
  const restarted = stage.restart();
  await stage.server.asked(Api.help.GetConfig);
  await new Promise((resolve) => setTimeout(resolve, 3 * PATIENCE_MS));
  release();
  await restarted;
  for (let begun = 0; begun < 3; begun += 1) await stage.begun();
});

it('asks for the list of conversations no more often than it has to', async () => {
  await registered(1);
  for (let start = 0; start < 2; start += 1) {
    await stage.restart();
    await stage.begun();
  }
  // Each time once for what channels have missed, and once for groups, those in the archive apart.
  expect(stage.server.count(Api.messages.GetDialogs)).toBeLessThanOrEqual(2 * 3);
});
