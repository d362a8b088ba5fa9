import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import { DomainStage } from '../../support/domain-stage.js';
import { MemoryPost } from '../../support/memory-network/post.js';
import { SERVERS } from '../../support/service-talk.js';

/** Without offline storage, so that what comes for nobody is returned; ejabberd has it in the archive then. */
const NO_STORAGE = {
  prosody: { extraConfig: 'modules_disabled = { "s2s", "tls", "offline", "mam" }' },
  ejabberd: {},
};

describe.each(SERVERS)('messages that wait, through %s', (xmpp) => {
  const post = new MemoryPost();
  let stage: DomainStage;

  beforeAll(async () => {
    stage = await DomainStage.start({
      xmpp,
      server: NO_STORAGE[xmpp],
      network: { post, lasting: true },
      config: { delivery: { retryFirstMs: 100, retryMaxMs: 500 } },
    });
  });
  afterAll(() => stage.stop());

  /** The server had returned it; the gateway has sent it again, once. */
  async function returned(alice: XmppClient): Promise<void> {
    const message = await alice.waitFor(
      { name: 'message', from: stage.contact('Carol') },
      'what Carol wrote',
    );
    expect(message.getChildText('body')).toBe('are you there?');
    expect(message.getChild('delay', 'urn:xmpp:delay')).toBeDefined();
    await alice.barrier(stage.domain);
    expect(alice.count({ name: 'message', from: stage.contact('Carol') })).toBe(1);
  }

  /** The server has kept it for the user's archive (XEP-0313), and returned nothing. */
  async function archived(alice: XmppClient): Promise<void> {
    await alice.iq('set', undefined, "<query xmlns='urn:xmpp:mam:2'/>");
    const bodies = alice.received.map((stanza) =>
      stanza.getChild('result')?.getChild('forwarded')?.getChild('message')?.getChildText('body'),
    );
    expect(bodies.filter((body) => body === 'are you there?')).toHaveLength(1);
  }

  it('F07 a person writes while the user is offline: he has it when he comes, with its time', async () => {
    const alice = await stage.user('alice');
    await stage.register(alice);
    await alice.disconnect();
    await expect.poll(() => stage.world.connected.has('alice' as never)).toBe(true);
    stage.world.tell('Carol', 'alice', 'are you there?', 'n1');
    // The answer to a question of another user shows that the server has dealt with it.
    const bob = await stage.user('bob');
    await bob.barrier(stage.domain);
    const again = await stage.user('alice');
    if (xmpp === 'ejabberd') await archived(again);
    else await returned(again);
    await again.disconnect();
  });

  it('A04 F04 a user writes while the network is away: he is told, and it is sent after a restart of the gateway', async () => {
    const alice = await stage.user('alice');
    await alice.barrier(stage.domain);
    post.reachable = false;
    stage.network.sessions.at(-1)?.lose();
    await alice.message(stage.contact('Bob'), 'good morning');
    const notice = await alice.waitFor(
      (stanza) => stanza.name === 'message' && (stanza.getChildText('body') ?? '').includes('has to wait'),
      'the notice',
    );
    expect(notice.attrs.from).toBe(stage.domain);
    await stage.stopGateway();
    post.reachable = true;
    await stage.startGateway();
    await expect.poll(() => post.texts('bob')).toEqual(['good morning']);
    expect(stage.faults).toEqual([]);
  });
});
