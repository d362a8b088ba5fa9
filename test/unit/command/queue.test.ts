import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import { shortId } from '../../../src/core/delivery/short-id.js';
import type { ContactId } from '../../../src/gateway/ids.js';
import { el } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { MemoryPost, postError } from '../../support/memory-network/post.js';
import type { MemorySession } from '../../support/memory-network/session.js';
import { ADMIN, ROMEO, ServiceStage, submit } from '../../support/service-stage.js';

const ROMEO_BARE = 'romeo@example.org';
let post: MemoryPost;
let stage: ServiceStage;
/** Ends of ids: UUIDv7, rising. */
let count = 0;

beforeEach(async () => {
  post = new MemoryPost();
  stage = new ServiceStage({ post });
  await stage.register();
});

async function account(owner = ROMEO_BARE) {
  const found = stage.context.accounts.active(owner);
  if (!found) throw new Error('not registered');
  return found;
}

/** Romeo writes; the message was written at 12:00 UTC. */
async function write(contact: string, text: string): Promise<string> {
  count += 1;
  // 2026-01-31T12:00:00Z in the first 48 bits.
  const time = Date.UTC(2026, 0, 31, 12).toString(16).padStart(12, '0');
  const id = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${String(count).padStart(12, '0')}`;
  await stage.outbox.submit(await account(), {
    id,
    peer: { kind: 'contact', id: contact as ContactId },
    xmppIds: [`x-${text}`],
    author: ROMEO,
    receipt: false,
    message: { text },
    files: [],
  });
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return id;
}

async function away(): Promise<void> {
  ((await account()).session as MemorySession).lose();
}

/** What the gateway says in chat. */
async function say(body: string, lang = 'en'): Promise<string> {
  const [xml = ''] = (await stage.chat(ROMEO, body, undefined, lang)).slice(-1);
  return /<body>([\s\S]*)<\/body>/.exec(xml)?.[1] ?? '';
}

async function run(node: string, from = ROMEO): Promise<string> {
  const answer = await stage.ok('set', from, el('command', NS.COMMANDS, { node, action: 'execute' }));
  return answer.toString();
}

describe('queue', () => {
  it('tells when nothing waits, and what does', async () => {
    expect(await say('queue')).toBe('Nothing of yours waits to be sent.');
    await away();
    await write('bob', 'one');
    await write('bob', 'two');
    await write('carol', 'three');
    const lines = (await say('queue')).split('\n');
    expect(lines[0]).toBe('3 messages wait to be sent:');
    expect(lines[1]).toMatch(/^[a-z]{5}: to bob, of 2026-01-31 12:00 UTC: next try at /);
    expect(lines[2]).toMatch(/^[a-z]{5}: to bob, of 2026-01-31 12:00 UTC: after the one before it$/);
    expect(lines[3]).toMatch(/^[a-z]{5}: to carol, of 2026-01-31 12:00 UTC: next try at /);
    expect(await say('queue', 'ru')).toMatch(/^Отправки ждут 3 сообщения:\n[a-z]{5}: для bob, /);
    expect(await run('isthmus:queue')).toContain('3 messages wait to be sent:');
  });

  it('what is being sent is told as such', async () => {
    post.next('bob', 'open');
    await write('bob', 'one');
    expect(await say('queue')).toMatch(
      /^1 message waits to be sent:\n[a-z]{5}: to bob, of 2026-01-31 12:00 UTC: being sent$/,
    );
  });

  it('is no word of a network that stores nothing', async () => {
    stage = new ServiceStage();
    await stage.register();
    for (const word of ['queue', 'cancel 1', 'why']) {
      expect(await say(word)).toMatch(/You cannot use that now|I do not know that word/);
    }
    expect(await say('cancel')).toBe('There is nothing to cancel.');
  });
});

describe('cancel', () => {
  /** What the list calls its messages, in order. */
  async function names(): Promise<string[]> {
    return (await say('queue'))
      .split('\n')
      .slice(1)
      .map((line) => line.slice(0, line.indexOf(':')));
  }

  it('takes a message back by its name in the list', async () => {
    await away();
    await write('bob', 'one');
    await write('bob', 'two');
    const [, two] = await names();
    expect(await say(`cancel ${two}`)).toBe('1 message was cancelled.');
    expect((await say('queue')).split('\n')[0]).toBe('1 message waits to be sent:');
    (await account()).session?.connect();
    stage.outbox.connected(await account());
    await write('carol', 'three');
    expect(post.texts('bob')).toEqual(['one']);
  });

  it('without a number asks for one; all takes back everything that waits', async () => {
    await away();
    await write('bob', 'one');
    await write('carol', 'two');
    expect(await say('cancel')).toMatch(
      /1\. [a-z]{5}: bob, 2026-01-31 12:00 UTC\n2\. [a-z]{5}: carol, .*\n3\. All of them/,
    );
    expect(await say('all')).toBe('2 messages were cancelled.');
    expect(await say('cancel')).toBe('Nothing of yours waits to be sent.');
  });

  it('K06 still ends a dialogue', async () => {
    await away();
    await write('bob', 'one');
    await say('settings');
    expect(await say('cancel')).toBe('Cancelled. Nothing was changed.');
    expect((await say('queue')).split('\n')[0]).toBe('1 message waits to be sent:');
  });

  it('does not claim what came too late', async () => {
    post.next('bob', 'open');
    await write('bob', 'one');
    const [one] = await names();
    expect(await say(`cancel ${one}`)).toBe(
      'Nothing was cancelled: it has been sent, or is just being sent.',
    );
  });

  it('takes no other message back when one of the list has gone out meanwhile', async () => {
    await away();
    await write('bob', 'one');
    await write('carol', 'two');
    await write('dave', 'three');
    const [one, two] = await names();
    expect(await say(`cancel ${one}`)).toBe('1 message was cancelled.');
    expect(await names()).not.toContain(one);
    // The list is another one now, and the numbers of a list that he has not seen are nobody's.
    for (const late of [one, '1', '2']) {
      expect(await say(`cancel ${late}`)).toContain('1. ');
      expect(await say('cancel')).toBe('Cancelled. Nothing was changed.');
    }
    expect(await names()).toHaveLength(2);
    expect(await say(`cancel ${two}`)).toBe('1 message was cancelled.');
    expect(await say('queue')).toContain('to dave');
  });

  it('keeps the names over a restart of the gateway', () => {
    fc.assert(
      fc.property(fc.uuid({ version: 7 }), (id) => {
        expect(shortId(id)).toMatch(/^[bcdfghjkmnpqrstvwxz]{5}$/);
        expect(shortId(id)).toBe(shortId(id));
      }),
    );
    const ids = Array.from({ length: 200 }, () => shortId(uuidv7()));
    expect(new Set(ids).size).toBeGreaterThan(190);
  });
});

describe('why', () => {
  it('tells of a message by the id of its stanza, by its id on the network, and by its person', async () => {
    post.next('bob', postError('forbidden'));
    await write('bob', 'one');
    await write('carol', 'two');
    const failed = await say('why x-one');
    expect(failed).toMatch(
      /^Message of .*UTC to bob:\nIt was not delivered\. .*\nReason: The network refuses\.$/,
    );
    expect(await say('why bob')).toBe(failed);
    expect(await say('why bob@memory.example.org')).toBe(failed);
    expect(await say('why post-1')).toMatch(
      /^Message of .* to carol:\nThe network accepted it at .*\nIds on the network: post-1$/s,
    );
  });

  it('without an id tells of the last one', async () => {
    await write('carol', 'two');
    await say('why');
    expect(await say('-')).toMatch(/^Message of .* to carol:/);
  });

  it('tells when the next try is', async () => {
    await away();
    await write('bob', 'one');
    expect(await say('why x-one')).toMatch(/\nIt waits to be sent\.\nThe next try is at .* UTC\.$/);
    expect(await say('why x-one', 'ru')).toMatch(/\nОно ждёт отправки\.\nСледующая попытка в .* UTC\.$/);
  });

  it('S03 knows nothing of messages of others', async () => {
    const id = await write('bob', 'one');
    await stage.register('juliet@example.org/balcony', 'Juliet');
    const [xml = ''] = await stage.chat('juliet@example.org/balcony', `why ${id}`);
    expect(xml).toContain('No such message is known here.');
  });

  it('K08 the operator may ask of any user, and reads no words; others may not', async () => {
    await write('bob', 'one');
    const node = 'isthmus:why-user';
    const form = await stage.ok('set', ADMIN, el('command', NS.COMMANDS, { node, action: 'execute' }));
    const answer = await stage.ok(
      'set',
      ADMIN,
      el(
        'command',
        NS.COMMANDS,
        { node, action: 'complete', sessionid: form.attrs.sessionid },
        submit({ user: ROMEO_BARE, message: 'x-one' }),
      ),
    );
    expect(answer.toString()).toContain('to bob:');
    expect(answer.toString()).toContain('The network accepted it');
    const refused = await stage.fails('set', ROMEO, el('command', NS.COMMANDS, { node, action: 'execute' }));
    expect(refused.condition).toBe('forbidden');
  });
});
