import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startGammu } from '../../servers/gammu.js';
import { complete } from '../../support/service-talk.js';
import { errorOf, numbers, registerSms, text, usersStage } from './stage.js';

/** A user, the gateway, and gammu-smsd with a dummy phone between it and the network. */
async function gammuStage() {
  const gammu = await startGammu();
  const { inboxPath, outboxPath, sentPath, errorPath } = gammu;
  const carrier = {
    ...{ kind: 'gammu', number: numbers.own, inboxPath, outboxPath, sentPath, errorPath },
    settleMs: 50,
    pollMs: 200,
  };
  const stage = await usersStage({
    options: { carriers: { modem: carrier }, numbers: [{ number: numbers.own, carrier: 'modem' }] },
  });
  const alice = await stage.user('alice');
  await registerSms(alice, stage.domain);
  return { ...stage, gammu, alice, carol: stage.phone(numbers.carol) };
}

describe('texts by a modem with gammu-smsd', () => {
  it('F01 F06 a user writes, and reads the answer, which is several parts long', async () => {
    const { alice, carol, domain, gammu } = await gammuStage();
    const id = await text(alice, carol, 'Привет, Carol 🙂');
    await gammu.transmitted(/"\+12125550123" with text "Привет, Carol 🙂"/);
    await expect
      .poll(() => complete(alice, domain, 'isthmus:why', { message: id }), { timeout: 15_000 })
      .toMatch(/accepted it at.*Whether it has arrived is not known/);
    const halves = ['x'.repeat(60), 'y'.repeat(20)] as const;
    gammu.phoneReceives(
      { from: numbers.carol, text: halves[0], part: [7, 2, 1] },
      { from: numbers.carol, text: halves[1], part: [7, 2, 2] },
    );
    const body = halves.join('');
    const answer = await alice.waitFor({ name: 'message', from: carol, body }, 'the answer');
    expect(answer.attrs.type).toBe('chat');
    await expect.poll(() => readdirSync(gammu.inboxPath), { timeout: 15_000 }).toEqual([]);
    expect(alice.count({ name: 'message', from: carol, child: 'body' })).toBe(1);
    expect(alice.count({ name: 'message', type: 'error' })).toBe(0);
  });

  it('F05 what gammu-smsd gives up is an error of the original message, in words', async () => {
    const { alice, carol, gammu } = await gammuStage();
    // It does not run while its modem is out of order.
    await gammu.kill();
    const id = await text(alice, carol, 'into the void');
    const waiting = async () => readdirSync(gammu.outboxPath).filter((name) => name.startsWith('OUT'));
    await expect.poll(waiting, { timeout: 15_000 }).toHaveLength(1);
    const [name = ''] = await waiting();
    await gammu.giveUp(name);
    expect(await errorOf(alice, carol, id)).toMatch(/modem could not send the text/);
    await expect.poll(() => readdirSync(gammu.errorPath), { timeout: 15_000 }).toEqual([]);
  });
});
