import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import type { CentreBind } from '../../servers/smpp-centre/centre-bind.js';
import { errorOf, numbers, registerSms, type SmsStage, smsStage, text } from './stage.js';

const QUOTA = 12;

describe('what may go out', () => {
  let stage: SmsStage;
  let alice: XmppClient;
  let bind: CentreBind;
  let refusal: (number: string, body?: string) => Promise<string>;

  beforeAll(async () => {
    stage = await smsStage({
      options: {
        countries: ['DE'],
        segmentsPerDay: QUOTA,
        maxParts: 3,
        bulk: { sameTextRecipients: 2, newRecipients: 5 },
      },
    });
    [alice, bind] = await Promise.all([stage.user('alice'), stage.bind()]);
    await registerSms(alice, stage.domain);
    refusal = async (number, body = 'hello') => {
      const jid = stage.phone(number);
      return errorOf(alice, jid, await text(alice, jid, body));
    };
  });
  beforeEach(() => stage.centre.submits.clear());

  it('emergency numbers are refused with an explanation, wherever they are one', async () => {
    for (const number of ['911', '112', '999', '110'])
      expect(await refusal(number, 'help')).toMatch(
        new RegExp(`Emergency services cannot be reached.*Call ${number} from a telephone`, 's'),
      );
    expect(stage.centre.submits.all).toEqual([]);
  });

  it('S17 countries, premium numbers and short codes that the operator does not allow', async () => {
    expect(await refusal('+442079460123')).toMatch(/forbidden.*does not send to .*\(GB\)/s);
    expect(await refusal('+19005550123')).toMatch(/premium-rate/);
    expect(await refusal('+499001234567')).toMatch(/premium-rate/);
    expect(await refusal('80888')).toMatch(/short code 80888/);
    expect(stage.centre.submits.all).toEqual([]);
    await text(alice, stage.phone('+4915112345678'), 'guten Tag');
    expect((await stage.centre.submit()).to).toBe('4915112345678');
  });

  it('nothing goes to whom has written STOP, until he writes START', async () => {
    const carol = stage.phone(numbers.carol);
    const said = async (word: string) => {
      await bind.text({ from: numbers.carol.slice(1), to: numbers.own.slice(1), text: word });
      await alice.waitFor({ name: 'message', from: carol, body: word }, word);
    };
    await text(alice, carol, 'hi');
    expect((await stage.centre.submit()).text).toBe('hi');
    await said('Stop!');
    expect(await refusal(numbers.carol, 'but why')).toMatch(/asked \(by STOP\)/);
    await said('START');
    await text(alice, carol, 'welcome back');
    expect((await stage.centre.submit()).text).toBe('welcome back');
  });

  it('S17 one text to many is bulk, however it is written', async () => {
    const spam = ['Buy our watches today', 'BUY  our watches today', 'buy our watches TODAY'];
    const people = ['+12125550131', '+12125550132', '+12125550133'];
    for (const [index, number] of people.slice(0, 2).entries()) {
      await text(alice, stage.phone(number), spam[index] ?? '');
      await stage.centre.submit();
    }
    expect(await refusal(people[2] ?? '', spam[2])).toMatch(/Sending in bulk is not allowed/);
    // He may go on with whom he knows.
    await text(alice, stage.phone(numbers.carol), 'a word of its own');
    await stage.centre.submit();
  });

  it('F25 S17 parts are counted: too many for one message, and too many for one day', async () => {
    expect(await refusal(numbers.carol, 'x'.repeat(500))).toMatch(/would take 4 SMS; at most 3/);
    const answers = [];
    // One of each message before, and two or three parts each.
    for (const length of [400, 400, 300]) {
      const jid = stage.phone(numbers.carol);
      const id = await text(alice, jid, 'y'.repeat(length));
      answers.push(
        await Promise.race([
          errorOf(alice, jid, id),
          stage.centre.submitsOf(Math.ceil(length / 153)).then(() => 'sent'),
        ]),
      );
    }
    expect(answers.slice(0, 1)).toEqual(['sent']);
    expect(answers.at(-1)).toMatch(/of your 12 for today are left/);
    expect(stage.centre.submits.all.length).toBeLessThanOrEqual(QUOTA);
  });
});
