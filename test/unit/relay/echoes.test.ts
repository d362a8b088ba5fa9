import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardStage } from '../../support/relay/guard-stage.js';

const NOW = 1_763_700_000_000;
const stage = (now = () => NOW) => guardStage({ burst: 1_000, legBurst: 10_000 }, now);

/** How bridges put a name before words. */
const DECORATIONS: readonly ((nick: string, text: string) => string)[] = [
  (nick, text) => `<${nick}> ${text}`,
  (nick, text) => `[irc] <${nick}> ${text}`,
  (nick, text) => `<irc/${nick}> ${text}`,
  (nick, text) => `[${nick}] ${text}`,
  (nick, text) => `(${nick}) ${text}`,
  (nick, text) => `**${nick}**: ${text}`,
  (nick, text) => `*${nick}* (irc): ${text}`,
  (nick, text) => `${nick}: ${text}`,
  (nick, text) => `${nick}> ${text}`,
  (nick, text) => `${nick} | ${text}`,
  (nick, text) => `<${nick.slice(0, 1)}\u200b${nick.slice(1)}> ${text}`,
  (nick, text) => `<bridge> <${nick}> ${text}`,
  (nick, text) => `<Relay> *${nick}*: ${text}`,
];
/** How bridges call the puppets of people. */
const PUPPETS: readonly ((nick: string) => string)[] = [
  (nick) => nick,
  (nick) => `${nick} [irc]`,
  (nick) => `${nick}[m]`,
  (nick) => `${nick}|xmpp`,
  (nick) => `${nick}_`,
  (nick) => `${nick} via bridge`,
];
const nick = fc.stringMatching(/^[a-z]{3,12}$/);
const words = fc.stringMatching(/^[a-z][a-z ,.!?]{0,40}[a-z]$/);

describe('words that another bridge brings back', () => {
  it('are known again whatever it puts before them, on the other leg and on that of the speaker', () => {
    fc.assert(
      fc.property(
        nick,
        words,
        fc.constantFrom(...DECORATIONS),
        fc.constantFrom('a', 'b'),
        (ann, text, put, leg) => {
          const { says } = stage();
          expect(says('a', ann, text)).toBe(true);
          expect(says(leg, 'matterbridge', put(ann, text))).toBe(false);
        },
      ),
    );
  });

  it('are known again under whatever name of a puppet', () => {
    fc.assert(
      fc.property(nick, words, fc.constantFrom(...PUPPETS), (ann, text, called) => {
        const { says } = stage();
        expect(says('a', ann, text)).toBe(true);
        expect(says('b', called(ann), text, { key: 'puppet' })).toBe(false);
      }),
    );
  });

  it('are known again with other marks of style, in single lines, and once by each bridge', () => {
    const { says } = stage();
    expect(says('a', 'ann', '*one*  thing\nand another')).toBe(true);
    expect(says('b', 'bot', '<ann> one thing')).toBe(false);
    expect(says('b', 'bot', '<ann> and another')).toBe(false);
    expect(says('b', 'other', '[ann] one thing')).toBe(false);
  });

  it('are forgotten after a while', () => {
    let now = NOW;
    const { says } = stage(() => now);
    expect(says('a', 'ann', 'hello')).toBe(true);
    now += 30_000;
    expect(says('b', 'bot', '<ann> hello')).toBe(true);
  });
});

describe('what two people say', () => {
  it('crosses both times, however soon and however alike', () => {
    const two = fc.uniqueArray(nick, { minLength: 2, maxLength: 2, selector: (one) => one });
    fc.assert(
      fc.property(
        two,
        fc.oneof(fc.constantFrom('ok', 'yes', '+1', '👍'), words),
        ([ann = '', bob = ''], text) => {
          const { says } = stage();
          expect([says('a', ann, text), says('b', bob, text), says('a', ann, text)]).toEqual([
            true,
            true,
            true,
          ]);
        },
      ),
    );
  });

  it('crosses when one person of one name says the same on two legs, once he is known as a person', () => {
    const { says } = stage();
    for (const text of ['hello', 'how are you?', 'I came by train'])
      expect(says('b', 'ann', text)).toBe(true);
    expect(says('a', 'ann', 'ok')).toBe(true);
    expect(says('b', 'ann', 'ok')).toBe(true);
  });

  it('crosses the second time at the latest when nothing is known of him', () => {
    const { says } = stage();
    expect(says('a', 'ann', 'ok')).toBe(true);
    expect([says('b', 'ann', 'ok'), says('b', 'ann', 'ok')]).toContain(true);
  });

  it('crosses when somebody known addresses another in his own words', () => {
    const { says } = stage();
    for (const text of ['hello', 'how are you?', 'I came by train']) says('b', 'bob', text);
    expect(says('a', 'ann', 'ok')).toBe(true);
    expect(says('b', 'bob', 'ann: ok')).toBe(true);
  });
});

describe('words that go round in a circle', () => {
  it('are stopped, and so is their speaker for a while, which the status tells', () => {
    let now = NOW;
    const { says, guard } = stage(() => now);
    const passed = Array.from({ length: 20 }, () => says('a', 'bridge', 'hello')).filter((one) => one);
    expect(passed.length).toBeLessThan(8);
    expect(guard.facts('club', 'a')).toEqual([{ key: 'relay-fact-storm', args: { nick: 'bridge' } }]);
    expect(guard.facts('club', 'b')).toEqual([]);
    expect(says('a', 'bridge', 'something else')).toBe(false);
    expect(says('a', 'ann', 'hello')).toBe(true);
    now += 600_000;
    expect(says('a', 'bridge', 'something else')).toBe(true);
    expect(guard.facts('club', 'a')).toEqual([]);
  });

  it('come to an end among any number of bridges that feed each other', () => {
    const bridge = fc.record({
      from: fc.constantFrom('a', 'b'),
      put: fc.constantFrom(...DECORATIONS),
    });
    fc.assert(
      fc.property(fc.array(bridge, { minLength: 1, maxLength: 3 }), nick, words, (bridges, ann, text) => {
        const { says } = stage();
        // What stands in a room is told by every bridge in the other, and by the relay under the same name.
        const waiting = [{ leg: 'a', who: ann, text }];
        let carried = 0;
        for (let step = 0; step < 40; step += 1) {
          const next = waiting.shift();
          if (!next) break;
          const other = next.leg === 'a' ? 'b' : 'a';
          if (says(next.leg, next.who, next.text)) carried += 1;
          for (const [index, { from, put }] of bridges.entries()) {
            if (from !== next.leg || next.who === `bot${index}`) continue;
            waiting.push({ leg: other, who: `bot${index}`, text: put(next.who, next.text) });
          }
        }
        expect(carried).toBe(1);
      }),
    );
  });
});
