import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

const REPLY = 'urn:xmpp:reply:0';

describe('answers', () => {
  it('F21 F22 of hers name what they answer, hers or his', async () => {
    const { stage, romeo, juliet, her } = talk;
    const question = juliet.says('What man art thou?', romeo);
    const asked = await stage.message(her, 'What man');
    juliet.answers(question, 'that comes so late', romeo);
    const answer = await stage.message(her, 'so late');
    expect(answer.child('reply', REPLY)?.attrs).toEqual({ to: her, id: asked.attrs.id });
    const id = await stage.write(her, 'By a name');
    await expect.poll(() => juliet.heard(romeo)?.text).toBe('By a name');
    const heard = juliet.heard(romeo);
    juliet.says('I know not how', romeo, {
      replyTo: new Api.MessageReplyHeader({ replyToMsgId: heard?.id ?? 0 }),
      answers: heard?.id ?? 0,
    });
    const second = await stage.message(her, 'know not');
    expect(second.child('reply', REPLY)?.attrs).toEqual({ to: 'romeo@example.org', id });
  });

  it('F21 a quotation of hers stands above the words, for clients without answers', async () => {
    const { stage, romeo, juliet, her } = talk;
    const question = juliet.says('What is in a name? A rose', romeo);
    await stage.message(her, 'in a name');
    juliet.answers(question, 'by any other', romeo, 'A rose');
    const answer = await stage.message(her, 'by any other');
    expect(bodyOf(answer)).toBe('> A rose\nby any other');
    const range = answer.child('fallback', 'urn:xmpp:fallback:0')?.child('body')?.attrs;
    expect(range).toEqual({ start: '0', end: '9' });
  });

  it('F21 of his are Telegram’s own answers, without the quotation that clients put before them', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    juliet.says('Dost thou love me?', romeo);
    const asked = await stage.message(her, 'love me');
    const quoted = '> Dost thou love me?\n';
    await stage.write(
      her,
      `<body>${quoted.replace('>', '&gt;')}Lady, I swear</body>` +
        `<reply xmlns='${REPLY}' to='${her}' id='${asked.attrs.id}'/>` +
        `<fallback xmlns='urn:xmpp:fallback:0' for='${REPLY}'><body start='0' end='${quoted.length}'/></fallback>`,
    );
    const { request } = await server.asked(Api.messages.SendMessage);
    const { message, replyTo } = request as unknown as Api.messages.SendMessage;
    expect(message).toBe('Lady, I swear');
    expect(replyTo).toBeInstanceOf(Api.InputReplyToMessage);
    await expect
      .poll(() => juliet.heard(romeo)?.replyTo)
      .toMatchObject({
        replyToMsgId: juliet.heard(romeo)?.replyTo && 1,
      });
  });
});
