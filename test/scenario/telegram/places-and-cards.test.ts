import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, type Conversation, conversation } from './conversation.js';
import { filesStage } from './files-stage.js';

let talk: Conversation;
afterEach(() => talk.stage.stop());

describe('places and people as messages', () => {
  beforeEach(async () => {
    talk = await conversation();
  });

  it('F30 a place is a link and a geo URI, with its name where it has one', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    juliet.says(server.samples.location(45.4385, 10.9916), romeo);
    const plain = bodyOf(await stage.message(her));
    expect(plain).toMatch(/geo:45\.4385,10\.9916/);
    expect(plain).toMatch(/https:\/\//);
    juliet.says(
      server.samples.location(45.4385, 10.9916, { title: 'The orchard', address: 'Verona' }),
      romeo,
    );
    expect(bodyOf(await stage.message(her))).toContain('The orchard');
  });

  it('F30 a live one says so once, and does not tell each step', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    const said = juliet.says(server.samples.liveLocation(45.4385, 10.9916), romeo);
    expect(bodyOf(await stage.message(her))).toContain('live location');
    for (let step = 0; step < 5; step += 1) juliet.edits(said, '');
    juliet.says('here I am', romeo);
    await stage.message(her, 'here I am');
    expect(stage.bodies(her)).toHaveLength(2);
  });

  it('F30 a die has its number', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    juliet.says(server.samples.dice('🎲', 5), romeo);
    expect(bodyOf(await stage.message(her))).toBe('🎲 5');
  });

  it('F30 what nobody knows yet is said to be that', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    juliet.says(server.samples.unsupported(), romeo);
    expect(bodyOf(await stage.message(her))).toContain('Look at it in Telegram');
  });
});

describe('a card', () => {
  it('F30 of somebody is his name and number, and a file for address books', async () => {
    const files = await filesStage();
    talk = await conversation({ media: files.media });
    const { stage, server, romeo, juliet, her } = talk;
    juliet.says(server.samples.contact('491700000000', 'Nurse'), romeo);
    expect(bodyOf(await stage.message(her))).toBe('👤 Nurse, +491700000000');
    const link = bodyOf(await stage.message(her, 'https://')) ?? '';
    expect(link).toMatch(/\/Nurse\.vcf$/);
    expect(files.shown(link).toString()).toContain('BEGIN:VCARD');
    await files.close();
  });
});
