import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import { connected, type EmailStage, emailStage, HOUSE, jidOf, registerMailbox, write } from './stage.js';

const carol = jidOf(`carol@${HOUSE}`);
/** How many mails of a round have been shown when the gateway is killed. */
const ROUNDS = [1, 3, 7, 10];
const IN_MAILBOX = 7;
const IN_DOMAIN = 4;
const OUT = 3;

describe('a gateway that is killed while mail comes and goes', () => {
  let stage: EmailStage;
  let alice: XmppClient;
  const bodies = (pattern: RegExp): readonly { readonly body: string; readonly id: string }[] =>
    alice.received.flatMap((stanza) => {
      const body = stanza.getChildText('body') ?? '';
      const shown = stanza.name === 'message' && stanza.attrs.from === carol && stanza.attrs.type !== 'error';
      return shown && pattern.test(body) ? [{ body, id: stanza.attrs.id ?? '' }] : [];
    });
  const failed = (): readonly string[] =>
    alice.received
      .filter(({ name, attrs }) => name === 'message' && attrs.type === 'error' && attrs.from === carol)
      .map(({ attrs }) => attrs.id ?? '');
  const arrived = async (): Promise<readonly string[]> => {
    const user = `carol@${HOUSE}`;
    const text = await stage.dovecot.doveadm('fetch', '-u', user, 'body', 'mailbox', 'INBOX', 'all');
    return text.match(/^out-\d+/gm) ?? [];
  };

  beforeAll(async () => {
    stage = await emailStage();
    alice = await stage.user('alice');
    await registerMailbox(alice, 'alice', { way: 'both', local: 'alice' });
  });

  it('F08 S23 shows each mail as one message, and sends each message once or says that it did not', async () => {
    let brought = 0;
    const sent = new Map<string, string>();
    for (const round of ROUNDS) {
      const shown = new Set(bodies(/^in-/).map(({ body }) => body)).size;
      const mails = Array.from({ length: IN_MAILBOX + IN_DOMAIN }, (_, index) => {
        const body = `in-${brought++}`;
        return index < IN_MAILBOX ? stage.mailTo('alice', { body }) : stage.mailToDomain('alice', { body });
      });
      for (let index = 0; index < OUT; index += 1) {
        const body = `out-${sent.size}`;
        sent.set(await write(alice, carol, body), body);
      }
      await expect
        .poll(() => new Set(bodies(/^in-/).map(({ body }) => body)).size, { timeout: 30_000, interval: 1 })
        .toBeGreaterThanOrEqual(shown + round);
      await stage.gateway.kill();
      await Promise.all(mails);
      await stage.gateway.start();
      await connected(alice);
      // What Postfix could not hand over waits for a while there.
      await stage.postfix.flush();
      await expect
        .poll(() => new Set(bodies(/^in-/).map(({ body }) => body)).size, { timeout: 60_000 })
        .toBe(brought);
    }
    const shown = bodies(/^in-/);
    // Twice on the wire is one message with one id.
    expect(new Set(shown.map(({ id }) => id)).size).toBe(brought);
    await expect
      .poll(async () => {
        const [there, errors] = [await arrived(), failed()];
        return [...sent].filter(([id, body]) => !there.includes(body) && !errors.includes(id));
      })
      .toEqual([]);
    const there = await arrived();
    expect(new Set(there).size).toBe(there.length);
  });
});
