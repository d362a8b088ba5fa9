import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

describe('what he says by his telephone', () => {
  it('F32 is shown as his own words, never as hers, and once', async () => {
    const { stage, romeo, juliet, her } = talk;
    romeo.says('by my troth', juliet);
    const copy = await stage.message(her, 'by my troth');
    expect(bodyOf(copy)).not.toBe('by my troth');
    juliet.says('good night', romeo);
    await stage.message(her, 'good night');
    expect(stage.bodies(her).filter((body) => body.includes('troth'))).toHaveLength(1);
    expect(juliet.person.box.messages.size).toBe(2);
  });

  it('F08 what he says here does not come back as said elsewhere', async () => {
    const { stage, romeo, juliet, her } = talk;
    await stage.write(her, 'said here');
    await expect.poll(() => juliet.heard(romeo)?.text).toBe('said here');
    juliet.says('heard there', romeo);
    await stage.message(her, 'heard there');
    expect(stage.bodies(her)).toEqual(['heard there']);
    await stage.restart();
    juliet.says('and after a restart', romeo);
    await stage.message(her, 'after a restart');
    expect(stage.bodies(her)).toEqual(['heard there', 'and after a restart']);
  });

  it('F16 F18 his edits and deletions there are told', async () => {
    const { stage, romeo, juliet, her } = talk;
    const said = romeo.says('by my troth', juliet);
    await stage.message(her, 'by my troth');
    romeo.edits(said, 'by my honour');
    await stage.message(her, 'by my honour');
    romeo.deletes(said);
    await stage.next((stanza) => stanza.child('retract') !== undefined, 'a retraction');
  });
});

describe('what was said before he came', () => {
  it('is not played again at the first login; from then on everything comes, also what was missed', async () => {
    await talk.stage.stop();
    talk = await conversation({}, ({ romeo, juliet }) => {
      juliet.says('long ago', romeo);
    });
    const { stage, romeo, juliet, her } = talk;
    juliet.says('now', romeo);
    await stage.message(her, 'now');
    await stage.stopGateway();
    for (const word of ['while', 'you', 'slept']) juliet.says(word, romeo);
    await stage.startGateway();
    await stage.message(her, 'slept');
    expect(stage.bodies(her)).toEqual(['now', 'while', 'you', 'slept']);
  });
});
