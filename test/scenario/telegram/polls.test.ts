import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

const LINES = ['📊 Poison or dagger?', '1. Poison', '2. Dagger'];

describe('polls', () => {
  it('F30 are shown with numbered answers and how to vote', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    juliet.says(server.samples.poll('Poison or dagger?', ['Poison', 'Dagger']), romeo);
    const body = bodyOf(await stage.message(her)) ?? '';
    expect(body.split('\n').slice(0, 3)).toEqual(LINES);
    expect(body).toMatch(/\[.*vote 1.*\]/);
  });

  it('F30 are voted in by “vote 1”, and the results are other words of the same message', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    const said = juliet.says(server.samples.poll('Poison or dagger?', ['Poison', 'Dagger']), romeo);
    const asked = await stage.message(her);
    await stage.write(her, 'vote 2');
    const changed = await stage.next((stanza) => stanza.child('replace') !== undefined, 'results');
    expect(changed.child('replace')?.attrs.id).toBe(asked.attrs.id);
    expect(bodyOf(changed)).toContain('2. Dagger: 1 (100 %) ✓');
    expect(said.message.poll?.votes.size).toBe(1);
    juliet.votes(said, 0);
    const again = await stage.next((stanza) => stanza.child('replace') !== undefined, 'results');
    expect(bodyOf(again)).toContain('1. Poison: 1 (50 %)');
    // The word itself is no message.
    expect(juliet.person.box.messages.size).toBe(1);
  });

  it('F30 are voted in by a reaction with a number; without it the vote is taken back', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    const said = juliet.says(server.samples.poll('Poison or dagger?', ['Poison', 'Dagger']), romeo);
    const asked = await stage.message(her);
    const react = (inside: string) =>
      stage.write(
        her,
        `<reactions xmlns='urn:xmpp:reactions:0' id='${asked.attrs.id}'>${inside}</reactions>`,
      );
    await react('<reaction>2️⃣</reaction>');
    const changed = await stage.next((stanza) => stanza.child('replace') !== undefined, 'results');
    expect(bodyOf(changed)).toContain('2. Dagger: 1 (100 %) ✓');
    await react('');
    await expect.poll(() => said.message.poll?.votes.size).toBe(0);
    expect(said.message.reactions.size).toBe(0);
  });

  it('F20 a number is no reaction to anything else', async () => {
    const { stage, romeo, juliet, her } = talk;
    juliet.says('Poison', romeo);
    const asked = await stage.message(her);
    const id = await stage.write(
      her,
      `<reactions xmlns='urn:xmpp:reactions:0' id='${asked.attrs.id}'><reaction>1️⃣</reaction></reactions>`,
    );
    const error = await stage.next(({ attrs }) => attrs.type === 'error', 'an error');
    expect(error.attrs.id).toBe(id);
  });

  it('F30 an answer that does not exist is refused in words', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    juliet.says(server.samples.poll('Poison or dagger?', ['Poison', 'Dagger']), romeo);
    await stage.message(her);
    const id = await stage.write(her, 'vote 3');
    const error = await stage.next(({ attrs }) => attrs.type === 'error', 'an error');
    expect(error.attrs.id).toBe(id);
    expect(juliet.person.box.messages.size).toBe(1);
  });

  it('“vote 1” where nobody has asked is just a text', async () => {
    const { stage, romeo, juliet, her } = talk;
    await stage.write(her, 'vote 1');
    await expect.poll(() => juliet.heard(romeo)?.text).toBe('vote 1');
  });
});
