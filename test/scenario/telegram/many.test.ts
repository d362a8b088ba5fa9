import { Api } from 'telegram';
import { describe, expect, it } from 'vitest';
import { PATIENT } from '../../support/core/delivery-options.js';
import { conversation } from './conversation.js';

const MANY = 10_000;

describe('ten thousand messages at once', () => {
  it('F08 I10 within what the operator allows, all arrive, once and in order', {
    timeout: 600_000,
  }, async () => {
    const talk = await conversation({
      limits: { messagesPerSecond: 1_000_000, messageBurst: 1_000_000 },
      domain: { delivery: { ...PATIENT, waitingPerUser: MANY } },
      telegram: { limits: { burst: 10_000, perSecond: 10_000 } },
    });
    const { stage, server, romeo, juliet, her } = talk;
    const refused = new Set<string>();
    const words = Array.from({ length: MANY }, (_, index) => String(index));
    const ids = new Map<string, string>();
    for (const word of words) ids.set(await stage.write(her, word), word);
    const accepted = () => {
      for (const { attrs } of stage.heard.all)
        if (attrs.type === 'error') refused.add(ids.get(attrs.id ?? '') ?? '');
      return words.filter((word) => !refused.has(word));
    };
    await expect
      .poll(() => juliet.person.box.messages.size, { timeout: 590_000, interval: 200 })
      .toBeGreaterThanOrEqual(accepted().length);
    expect([...juliet.person.box.messages.values()].map(({ text }) => text)).toEqual(accepted());
    expect(juliet.heard(romeo)?.text).toBe(accepted().at(-1));
    expect(server.count(Api.messages.SendMessage)).toBeLessThanOrEqual(MANY);
    await stage.stop();
  });

  it('S04 beyond it, each that does not go is refused by its own id, the others arrive in order', async () => {
    const talk = await conversation({ limits: { messagesPerSecond: 1, messageBurst: 20 } });
    const { stage, juliet, her } = talk;
    const ids = new Map<string, string>();
    for (let index = 0; index < 200; index += 1)
      ids.set(await stage.write(her, String(index)), String(index));
    const errors = () =>
      new Set(
        stage.heard.all.flatMap(({ attrs }) => (attrs.type === 'error' ? [ids.get(attrs.id ?? '')] : [])),
      );
    await expect.poll(() => juliet.person.box.messages.size + errors().size).toBe(200);
    expect(errors().size).toBeGreaterThan(100);
    const heard = [...juliet.person.box.messages.values()].map(({ text }) => Number(text));
    expect(heard).toEqual([...heard].sort((one, other) => one - other));
    expect(heard.some((one) => errors().has(String(one)))).toBe(false);
    await stage.stop();
  });
});
