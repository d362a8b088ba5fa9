import { describe, expect, it } from 'vitest';
import type { NetworkMessageId } from '../../../src/gateway/ids.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { conditionOf, ROMEO } from '../../support/core/room-stage.js';
import { BOB, TalkStage } from '../../support/core/talk-stage.js';
import type { MessagingAbilities } from '../../support/memory-network/messaging.js';
import { MemoryPost } from '../../support/memory-network/post.js';

const body = (text: string) => `<body>${text}</body>`;
const replace = (id: string) => `<replace xmlns='${NS.CORRECT}' id='${id}'/>`;
const retract = (id: string) =>
  `<retract xmlns='${NS.RETRACT}' id='${id}'/><fallback xmlns='${NS.FALLBACK}' for='${NS.RETRACT}'/><body>taken back</body>`;
const reactions = (id: string, ...emojis: string[]) =>
  `<reactions xmlns='${NS.REACTIONS}' id='${id}'>${emojis.map((emoji) => `<reaction>${emoji}</reaction>`).join('')}</reactions>`;
const origin = (id: string) => `<origin-id xmlns='${NS.SID}' id='${id}'/>`;

describe('what a user sends, on a network that can do everything', () => {
  it('F01 Q14 text arrives once, without the extras that clients add', async () => {
    const stage = await TalkStage.start();
    const answer = await stage.write(
      `${body('hello')}<active xmlns='${NS.CHAT_STATES}'/><request xmlns='${NS.RECEIPTS}'/>` +
        `<markable xmlns='${NS.CHAT_MARKERS}'/>${origin('m1')}<store xmlns='${NS.HINTS}'/>`,
    );
    expect(answer).toEqual([]);
    expect(stage.messaging.take()).toEqual(['say bob 1 hello']);
  });

  it('F16 a correction edits the message; a second one names the first id or the correction', async () => {
    const stage = await TalkStage.start();
    await stage.write(body('teh'), 'm1');
    await stage.write(body('the') + replace('m1'), 'm2');
    await stage.write(body('them') + replace('m1'), 'm3');
    await stage.write(body('then') + replace('m3'), 'm4');
    expect(stage.messaging.take()).toEqual([
      'say bob 1 teh',
      'edit bob 1 the',
      'edit bob 1 them',
      'edit bob 1 then',
    ]);
  });

  it('F16 what the network never knew is said anew, marked as a correction', async () => {
    const stage = await TalkStage.start();
    expect(await stage.write(body('the') + replace('long-ago'))).toEqual([]);
    expect(stage.messaging.take()).toEqual(['say bob 1 Correction: the']);
  });

  it('F16 F18 the words of others cannot be changed or taken back', async () => {
    const stage = await TalkStage.start();
    const { xmpp } = await stage.told('mine');
    const [corrected] = await stage.write(body('yours') + replace(xmpp), 'm1');
    const [retracted] = await stage.write(retract(xmpp), 'm2');
    expect([conditionOf(corrected), conditionOf(retracted)]).toEqual(['forbidden', 'forbidden']);
    expect(stage.messaging.take()).toEqual([]);
  });

  it('F18 a retraction takes the message back, and its fallback is not said', async () => {
    const stage = await TalkStage.start();
    await stage.write(body('oops'), 'm1');
    expect(await stage.write(retract('m1'), 'm2')).toEqual([]);
    expect(stage.messaging.take()).toEqual(['say bob 1 oops', 'retract bob 1']);
    const [unknown] = await stage.write(retract('long-ago'), 'm3');
    expect(conditionOf(unknown)).toBe('item-not-found');
  });

  it('F19 the whole set of reactions goes over, to own messages and those of others; none takes them back', async () => {
    const stage = await TalkStage.start();
    await stage.write(body('nice weather'), 'm1');
    const { xmpp } = await stage.told('indeed');
    stage.messaging.take();
    await stage.write(reactions('m1', '👍', '👍', '❤️'), 'm2');
    await stage.write(reactions(xmpp, '🐢'), 'm3');
    await stage.write(reactions(xmpp), 'm4');
    expect(stage.messaging.take()).toEqual([
      'react bob own 1 👍 ❤️',
      'react bob their 2 🐢',
      'react bob their 2',
    ]);
  });

  it('F20 reactions that the network does not take are not-acceptable, with its rules', async () => {
    const stage = await TalkStage.start({ reactions: { maxPerUser: 1, allowed: ['👍', '❤️'] } });
    const { xmpp } = await stage.told('choose');
    const [foreign] = await stage.write(reactions(xmpp, '🐢'), 'm1');
    const [many] = await stage.write(reactions(xmpp, '👍', '❤'), 'm2');
    expect([conditionOf(foreign), conditionOf(many)]).toEqual(['not-acceptable', 'not-acceptable']);
    expect(foreign?.child('error')?.childText('text')).toContain('👍 ❤️');
    expect(await stage.write(reactions(xmpp, '❤'), 'm3')).toEqual([]);
    expect(stage.messaging.take()).toEqual(['react bob their 1 ❤']);
  });

  it('F21 a reply names what it answers, and its quotation is cut by code points', async () => {
    const stage = await TalkStage.start();
    const { xmpp, network } = await stage.told('🐢?');
    await stage.write(
      `${body('&gt; 🐢?\nyes')}<reply xmlns='${NS.REPLY}' to='${BOB}' id='${xmpp}'/>` +
        `<fallback xmlns='${NS.FALLBACK}' for='${NS.REPLY}'><body start='0' end='5'/></fallback>`,
    );
    expect(stage.messaging.sent.at(-1)).toEqual({
      text: 'yes',
      replyTo: { id: network, own: false, quote: '🐢?' },
    });
  });

  it('F21 a reply to what is no longer known keeps its quotation', async () => {
    const stage = await TalkStage.start();
    await stage.write(
      `${body('&gt; what?\nthis')}<reply xmlns='${NS.REPLY}' to='${BOB}' id='long-ago'/>` +
        `<fallback xmlns='${NS.FALLBACK}' for='${NS.REPLY}'><body start='0' end='8'/></fallback>`,
    );
    expect(stage.messaging.sent).toEqual([{ text: '> what?\nthis' }]);
  });

  it('F22 a message is found by its stanza id and by its origin-id', async () => {
    const stage = await TalkStage.start();
    await stage.write(body('hello') + origin('o1'), 'm1');
    await stage.write(reactions('o1', '👍'), 'm2');
    await stage.write(reactions('m1'), 'm3');
    await stage.write(body('hallo') + replace('m1'), 'm4');
    await stage.write(retract('m1'), 'm5');
    expect(stage.messaging.take()).toEqual([
      'say bob 1 hello',
      'react bob own 1 👍',
      'react bob own 1',
      'edit bob 1 hallo',
      'retract bob 1',
    ]);
  });

  it('F08 edits keep their place between texts', async () => {
    const stage = await TalkStage.start();
    const message = (id: string, inside: string) =>
      `<message from='romeo@example.org/orchard' to='${BOB}' type='chat' id='${id}'>${inside}</message>`;
    await stage.receive(
      message('m1', body('one')) +
        message('m2', body('ONE') + replace('m1')) +
        message('m3', body('two')) +
        message('m4', retract('m3')) +
        message('m5', body('three')),
    );
    expect(stage.messaging.take()).toEqual([
      'say bob 1 one',
      'edit bob 1 ONE',
      'say bob 2 two',
      'retract bob 2',
      'say bob 3 three',
    ]);
  });

  it('F14 displayed goes over forward only, the newest only, for messages of that chat only', async () => {
    const stage = await TalkStage.start();
    stage.world.person('carol');
    const first = await stage.told('one');
    const second = await stage.told('two');
    const third = await stage.told('three');
    const displayed = (id: string) => `<displayed xmlns='${NS.CHAT_MARKERS}' id='${id}'/>`;
    await stage.write(displayed(second.xmpp), 'd1');
    await stage.write(displayed(first.xmpp), 'd2');
    await stage.write(displayed(second.xmpp), 'd3');
    await stage.write(displayed('unknown'), 'd4');
    await stage.receive(
      `<message from='romeo@example.org/orchard' to='carol@memory.example.org' id='d5'>${displayed(third.xmpp)}</message>`,
    );
    const answer = await stage.write(displayed(third.xmpp), 'd6');
    expect(answer).toEqual([]);
    expect(stage.messaging.take()).toEqual([`read bob ${second.network}`, `read bob ${third.network}`]);
  });

  it('F15 typing goes over when it changes; a message ends it by itself', async () => {
    const stage = await TalkStage.start();
    const state = (name: string) => `<${name} xmlns='${NS.CHAT_STATES}'/>`;
    for (const name of ['active', 'composing', 'composing', 'paused', 'inactive', 'composing'])
      await stage.write(state(name), name);
    await stage.write(body('done') + state('active'), 'm1');
    await stage.write(state('gone'), 'g');
    expect(stage.messaging.take()).toEqual([
      'typing bob yes',
      'typing bob no',
      'typing bob yes',
      'say bob 1 done',
    ]);
  });

  it('F24 F27 /me, unstyled, subject and thread go over', async () => {
    const stage = await TalkStage.start();
    await stage.write(`${body('/me waves')}<thread>t1</thread>`, 'm1');
    await stage.write(
      `<subject>Hi</subject>${body('*x*')}<unstyled xmlns='${NS.STYLING}'/>`,
      'm2',
      "type='normal'",
    );
    expect(stage.messaging.sent).toEqual([
      { text: 'waves', action: true, thread: 't1' },
      { text: '*x*', unstyled: true, subject: 'Hi' },
    ]);
  });
});

describe('what a user sends, on a network that carries text alone', () => {
  it('F16 F18 F19 a correction is marked, a retraction and a reaction are errors that say why', async () => {
    const stage = await TalkStage.start({});
    await stage.write(body('teh'), 'm1');
    await stage.write(body('the') + replace('m1'), 'm2');
    expect(stage.messaging.sent).toEqual([{ text: 'teh' }, { text: 'the', corrects: true }]);
    const [retracted] = await stage.write(retract('m1'), 'm3');
    const [reacted] = await stage.write(reactions('m1', '👍'), 'm4');
    for (const error of [retracted, reacted]) {
      expect(conditionOf(error)).toBe('feature-not-implemented');
      expect(error?.child('error')?.childText('text')).toMatch(/This network/);
    }
  });

  it('F21 the quotation of a reply stays', async () => {
    const stage = await TalkStage.start({});
    await stage.write(
      `${body('&gt; what?\nthis')}<reply xmlns='${NS.REPLY}' to='${BOB}' id='x'/>` +
        `<fallback xmlns='${NS.FALLBACK}' for='${NS.REPLY}'><body start='0' end='8'/></fallback>`,
    );
    expect(stage.messaging.sent).toEqual([{ text: '> what?\nthis' }]);
  });

  it('F09 F13 signals without text are neither text nor errors, and make no account', async () => {
    const stage = await TalkStage.start({});
    for (const inside of [
      `<composing xmlns='${NS.CHAT_STATES}'/>`,
      `<displayed xmlns='${NS.CHAT_MARKERS}' id='x'/>`,
      `<received xmlns='${NS.RECEIPTS}' id='x'/>`,
      `<encrypted xmlns='eu.siacs.conversations.axolotl'/>`,
    ]) {
      expect(await stage.write(inside)).toEqual([]);
      await stage.receive(`<message from='juliet@example.org/x' to='${BOB}' type='chat'>${inside}</message>`);
      expect(stage.take()).toEqual([]);
    }
    expect(stage.messaging.take()).toEqual([]);
  });

  it('F25 beyond the ceiling: policy-violation, and nothing is sent', async () => {
    const stage = await TalkStage.start({}, { limits: { messageLength: 10 } });
    const [error] = await stage.write(body('a bit too long'));
    expect(conditionOf(error)).toBe('policy-violation');
    expect(stage.messaging.sent).toEqual([]);
  });

  it('F10 a headline is dropped without an error; groupchat is bad-request', async () => {
    const stage = await TalkStage.start({});
    expect(await stage.write(body('news'), 'm1', "type='headline'")).toEqual([]);
    const [error] = await stage.write(body('news'), 'm2', "type='groupchat'");
    expect(conditionOf(error)).toBe('bad-request');
    expect(stage.messaging.sent).toEqual([]);
  });

  it('B18 who takes no messages gets none', async () => {
    const stage = await TalkStage.start({}, { contacts: 'steady' });
    stage.lists.change('Romeo', { name: 'Bob', noReply: true });
    await stage.settled();
    stage.take();
    const [error] = await stage.write(body('hello?'));
    expect(conditionOf(error)).toBe('not-allowed');
    expect(stage.messaging.sent).toEqual([]);
  });
});

describe('receipts on a network that delivers at once', () => {
  const request = `<request xmlns='${NS.RECEIPTS}'/>`;
  const report = (message: string, outcome: 'delivered' | 'failed') =>
    ({ type: 'delivery-report', message: message as NetworkMessageId, outcome }) as const;

  it('F12 come when the network says so, to the client that asked, without a request of their own', async () => {
    const stage = await TalkStage.start();
    expect(await stage.write(body('hello') + request, 'm1')).toEqual([]);
    const [receipt, ...more] = await stage.hear(report('1', 'delivered'));
    expect(more).toEqual([]);
    expect(receipt?.attrs).toMatchObject({ from: BOB, to: ROMEO });
    expect(receipt?.child('received', NS.RECEIPTS)?.attrs.id).toBe('m1');
    expect(receipt?.child('request')).toBeUndefined();
    expect(await stage.hear(report('1', 'delivered'))).toEqual([]);
  });

  it('F12 come although the network was faster than its own answer, and not to who did not ask', async () => {
    const stage = await TalkStage.start();
    expect(await stage.hear(report('1', 'delivered'))).toEqual([]);
    const [receipt] = await stage.write(body('hello') + request, 'm1');
    expect(receipt?.child('received', NS.RECEIPTS)?.attrs.id).toBe('m1');
    await stage.write(body('hello'), 'm2');
    expect(await stage.hear(report('2', 'delivered'))).toEqual([]);
  });

  it('F05 a late failure is an error for the original id', async () => {
    const stage = await TalkStage.start();
    await stage.write(body('hello'), 'm1');
    const [error] = await stage.hear(report('1', 'failed'));
    expect(error?.attrs).toMatchObject({ from: BOB, id: 'm1', type: 'error' });
  });
});

describe('what a user sends, on a network that stores', () => {
  async function start(abilities: MessagingAbilities) {
    const post = new MemoryPost();
    const stage = await TalkStage.start(abilities, { network: { post } });
    return { stage, post };
  }

  it('F16 F18 what waits gets other words under its first id, in its place, or is not said at all', async () => {
    const { stage, post } = await start({});
    post.next('bob', 'open');
    await stage.write(body('one'), 'm1');
    await stage.write(body('teh'), 'm2');
    await stage.write(body('oops'), 'm3');
    await stage.write(body('last'), 'm7');
    expect(await stage.write(body('the') + replace('m2'), 'm4')).toEqual([]);
    expect(await stage.write(body('then') + replace('m2'), 'm5')).toEqual([]);
    expect(await stage.write(retract('m3'), 'm6')).toEqual([]);
    post.open[0]?.accept();
    await stage.settled();
    expect(post.texts('bob')).toEqual(['one', 'then', 'last']);
  });

  it('F16 F18 what is sent is changed by the means of the network', async () => {
    const { stage, post } = await start({ edits: true, retractions: true });
    await stage.write(body('teh'), 'm1');
    await stage.write(body('the') + replace('m1'), 'm2');
    await stage.write(retract('m1'), 'm3');
    expect(post.texts('bob')).toEqual(['teh']);
    expect(stage.messaging.take()).toEqual(['edit bob post-1 the', 'retract bob post-1']);
  });

  it('F16 F18 without such means a correction is text, and a retraction an error', async () => {
    const { stage, post } = await start({});
    await stage.write(body('teh'), 'm1');
    await stage.write(body('the') + replace('m1'), 'm2');
    const [error] = await stage.write(retract('m1'), 'm3');
    expect(post.texts('bob')).toEqual(['teh', 'the']);
    expect(conditionOf(error)).toBe('feature-not-implemented');
  });

  it('F18 what is just being sent cannot be taken back yet', async () => {
    const { stage, post } = await start({ retractions: true });
    post.next('bob', 'open');
    await stage.write(body('oops'), 'm1');
    const [error] = await stage.write(retract('m1'), 'm2');
    expect(conditionOf(error)).toBe('unexpected-request');
  });

  it('F16 a correction of what is just being sent waits for it', async () => {
    const { stage, post } = await start({ edits: true });
    post.next('bob', 'open');
    await stage.write(body('teh'), 'm1');
    await stage.write(body('the') + replace('m1'), 'm2');
    expect(stage.messaging.take()).toEqual([]);
    post.open[0]?.accept();
    await stage.settled();
    expect(post.texts('bob')).toEqual(['teh']);
    expect(stage.messaging.take()).toEqual([expect.stringContaining('the')]);
  });

  it('F16 a message that the network took in parts is corrected in words', async () => {
    const { stage, post } = await start({ edits: true });
    post.next('bob', 'open');
    await stage.write(body('a long text'), 'm1');
    post.open[0]?.accept(2);
    await stage.settled();
    await stage.write(body('a short one') + replace('m1'), 'm2');
    expect(post.texts('bob')).toEqual(['a long text', 'Correction: a short one']);
    expect(stage.messaging.take()).toEqual([]);
  });
});
