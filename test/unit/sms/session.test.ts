import { describe, expect, it } from 'vitest';
import { SmsAddressCodec } from '../../../gateways/sms/address.js';
import type { SmsSession } from '../../../gateways/sms/session.js';
import { GatewayError } from '../../../src/gateway/error.js';
import type { AccountId, ContactId } from '../../../src/gateway/ids.js';
import { Recorder } from '../../support/session-recorder.js';
import { SmsStage } from './stage.js';

const carol = '+12125550123' as ContactId;
const pool = [{ number: '+12125550100', carrier: 'main' }];
const shared = [{ number: '+12125550100', carrier: 'main', shared: true }];

function send(session: SmsSession, text: string, to = carol, key = 'k'): Promise<unknown> {
  return session.send({ kind: 'contact', id: to }, { key, text }).accepted;
}

describe('a user sends a text', () => {
  it('F01 it goes out from his number, with the ids of its parts', async () => {
    const stage = new SmsStage({ numbers: pool });
    const accepted = await send(stage.session(stage.account(1)), 'hello');
    expect(accepted).toEqual({ ids: ['main:id1'] });
    expect(stage.carrier.sent).toEqual([{ key: 'k', from: '+12125550100', to: carol, text: 'hello' }]);
  });

  it('S12 two users behind one number keep their correspondents', async () => {
    const stage = new SmsStage({ numbers: shared });
    await send(stage.session(stage.account(1)), 'from one');
    await expect(send(stage.session(stage.account(2)), 'from two')).rejects.toMatchObject({ code: 'limit' });
    await stage.line.message({ id: 'a', from: carol, to: '+12125550100', text: 'answer' });
    expect(stage.host.events.map(({ account, event }) => [account, event.type])).toEqual([
      [1, 'direct-message'],
    ]);
  });

  it('F25 the quota counts every part, and what did not go out is given back', async () => {
    const stage = new SmsStage({ numbers: pool, segmentsPerDay: 3 });
    const session = stage.session(stage.account(1));
    stage.carrier.refusal = new GatewayError('network-unreachable', { key: 'x' }, 'not-sent', true);
    await expect(send(session, 'x'.repeat(200))).rejects.toMatchObject({ outcome: 'not-sent' });
    await send(session, 'x'.repeat(200));
    await send(session, 'one');
    await expect(send(session, 'one more')).rejects.toMatchObject({ code: 'limit', outcome: 'not-sent' });
    expect(stage.carrier.sent).toHaveLength(2);
  });

  it('an outcome that nobody knows stays counted', async () => {
    const stage = new SmsStage({ numbers: pool, segmentsPerDay: 1 });
    const session = stage.session(stage.account(1));
    stage.carrier.refusal = new GatewayError('network-unreachable', { key: 'x' }, 'unknown');
    await expect(send(session, 'one')).rejects.toMatchObject({ outcome: 'unknown' });
    await expect(send(session, 'two')).rejects.toMatchObject({ code: 'limit' });
  });

  it('S17 two at once are not both the last one', async () => {
    const stage = new SmsStage({ numbers: pool, segmentsPerDay: 1 });
    const session = stage.session(stage.account(1));
    const outcomes = await Promise.allSettled([send(session, 'a'), send(session, 'b')]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('emergency numbers are refused with an explanation', () => {
    const stage = new SmsStage({ numbers: pool, shortCodes: 'all' });
    const session = stage.session(stage.account(1));
    expect(() => send(session, 'help', '911' as ContactId)).toThrowError(
      expect.objectContaining({
        outcome: 'not-sent',
        text: expect.objectContaining({ key: 'sms-emergency' }),
      }),
    );
    expect(stage.carrier.sent).toHaveLength(0);
  });

  it('F05 what never goes out is known without sending; a call for help is answered in a chat besides', () => {
    const stage = new SmsStage({ numbers: pool });
    const user = new Recorder();
    const session = stage.session(stage.account(1), user);
    expect(session.refusal(carol)).toBeUndefined();
    expect(session.refusal('+4915112345678' as ContactId)?.text.key).toBe('sms-country-not-allowed');
    expect(user.events).toEqual([]);
    expect(session.refusal('911' as ContactId)?.text.key).toBe('sms-emergency');
    expect(user.events).toEqual([
      { type: 'user-notice', text: { key: 'sms-emergency', args: { number: '911' } } },
    ]);
  });

  it('B18 a name takes no answers', () => {
    const stage = new SmsStage({ numbers: pool });
    const session = stage.session(stage.account(1));
    const name = new SmsAddressCodec('US').parse('mybank');
    expect(name?.kind).toBe('contact');
    expect(() => session.send({ kind: 'contact', id: name?.id as ContactId }, { text: 'hi' })).toThrowError(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });
});

describe('STOP and START', () => {
  it('nothing goes to whom has written STOP until he writes START', async () => {
    const stage = new SmsStage({ numbers: pool });
    const session = stage.session(stage.account(1));
    await send(session, 'hello');
    await stage.line.message({ id: 'a', from: carol, to: '+12125550100', text: ' Stop. ' });
    await expect(send(session, 'but')).rejects.toMatchObject({ code: 'rejected' });
    await stage.line.message({ id: 'b', from: carol, to: '+12125550100', text: 'START' });
    await send(session, 'hello again');
    expect(stage.carrier.sent.map(({ text }) => text)).toEqual(['hello', 'hello again']);
    expect(stage.host.events).toHaveLength(2);
  });

  it('a wish to be left alone outlives the user of the number', async () => {
    const stage = new SmsStage({ numbers: pool });
    await send(stage.session(stage.account(1)), 'hello');
    await stage.line.message({ id: 'a', from: carol, to: '+12125550100', text: 'STOP' });
    expect(await stage.context.optOuts.has('+12125550100', carol)).toBe(true);
  });
});

describe('a text comes in', () => {
  it('E05 F06 whatever form its numbers have, it reaches the owner of the number', async () => {
    const stage = new SmsStage({ numbers: pool });
    await stage.context.numbers.assign(7 as AccountId);
    await stage.line.message({ id: 'a', from: '2125550123', to: '12125550100', text: 'hi', time: 5 });
    expect(stage.host.events).toEqual([
      {
        account: 7,
        event: expect.objectContaining({
          type: 'direct-message',
          from: carol,
          text: 'hi',
          id: 'main:a',
          time: 5,
        }),
      },
    ]);
  });

  it('a sender that is a name is marked as one that takes no answers', async () => {
    const stage = new SmsStage({ numbers: pool });
    await stage.context.numbers.assign(7 as AccountId);
    await stage.line.message({ id: 'a', from: 'MyBank', to: '+12125550100', text: 'code 1234' });
    expect(stage.host.events.map(({ event }) => event)).toEqual([
      expect.objectContaining({
        type: 'contact-changed',
        contact: expect.objectContaining({ noReply: true }),
      }),
      expect.objectContaining({ type: 'direct-message', nick: 'MyBank', automatic: true }),
    ]);
  });

  it('S12 what is for nobody reaches nobody', async () => {
    const stage = new SmsStage({ numbers: [...pool, { ...shared[0], number: '+12125550199' }] });
    await stage.line.message({ id: 'a', from: carol, to: '+12125550199', text: 'hi' });
    await stage.line.message({ id: 'b', from: carol, to: '+12125550155', text: 'hi' });
    await stage.line.message({ id: 'c', from: '\u0000', to: '', text: 'hi' });
    expect(stage.host.events).toEqual([]);
  });
});
