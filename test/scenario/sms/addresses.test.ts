import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import { escapeXml, type XmppClient } from '../../client/xmpp-client.js';
import type { CentreBind } from '../../servers/smpp-centre/centre-bind.js';
import { registration, submit } from '../../support/service-talk.js';
import { DOMAIN, errorOf, numbers, registerSms, type SmsStage, smsStage, text } from './stage.js';

const GATEWAY = 'jabber:iq:gateway';

describe('telephone numbers as addresses', () => {
  let stage: SmsStage;
  let alice: XmppClient;
  let bob: XmppClient;
  let bind: CentreBind;
  /** What the gateway makes of what somebody types into "add contact". */
  const typed = async (user: XmppClient, input: string): Promise<string | undefined> => {
    const query = `<query xmlns='${GATEWAY}'><prompt>${escapeXml(input)}</prompt></query>`;
    const answer = await user.iq('set', DOMAIN, query);
    return answer.getChild('query', GATEWAY)?.getChildText('jid') ?? errorCondition(answer);
  };

  beforeAll(async () => {
    stage = await smsStage({
      options: {
        countries: ['DE'],
        shortCodes: ['72273'],
        numbers: [numbers.own, '+12125550102'].map((number) => ({ number, carrier: 'main' })),
      },
    });
    [alice, bob, bind] = await Promise.all([stage.user('alice'), stage.user('bob'), stage.bind()]);
    await registerSms(alice, DOMAIN);
    const form = submit({ way: 'gateway', country: 'DE' }, 'jabber:iq:register');
    await bob.iq('set', DOMAIN, registration(form));
  });

  it('E08 the prompt says what may be typed', async () => {
    const answer = await alice.iq('get', DOMAIN, `<query xmlns='${GATEWAY}'/>`);
    expect(answer.getChild('query', GATEWAY)?.getChildText('prompt')).toBe('Phone number');
    expect(answer.getChild('query', GATEWAY)?.getChildText('desc')).toMatch(/your own country/);
  });

  it.each([
    ['(212) 555-0123', '+12125550123'],
    ['+1 212 555 0123', '+12125550123'],
    ['001 212 555 0123', '+12125550123'],
    ['tel:+1-212-555-0123', '+12125550123'],
    ['sms:+12125550123?body=hi', '+12125550123'],
    ['72273', '72273'],
    ['MyBank', 'not-acceptable'],
    ['12', 'not-acceptable'],
    ['+1 212 555 0123, +1 212 555 0124', 'not-acceptable'],
  ])('E05 E09 “%s” is %s to who is in the United States', async (input, expected) => {
    const jid = expected.includes('-') ? expected : `${expected}@${DOMAIN}`;
    expect(await typed(alice, input)).toBe(jid);
  });

  it('E05 E09 national input is read by the user’s own country', async () => {
    expect(await typed(bob, '030 123456')).toBe(`+4930123456@${DOMAIN}`);
    expect(await typed(alice, '030 123456')).toBe('not-acceptable');
  });

  it('E05 whatever form the carrier writes a sender in, it is one contact', async () => {
    const to = numbers.own.slice(1);
    for (const [source_addr, source_addr_ton] of [
      ['12125550123', 1],
      ['2125550123', 2],
      ['+12125550123', 0],
      ['12125550123', 0],
    ] as const)
      await bind.text({
        to,
        text: `as ${source_addr} (${source_addr_ton})`,
        fields: { source_addr, source_addr_ton },
      });
    const carol = stage.phone(numbers.carol);
    for (const _ of [1, 2, 3, 4])
      await alice.waitFor({ name: 'message', from: carol, body: /^as / }, 'one of four forms');
  });

  it('B18 E05 a short code can be answered, a name cannot; they are no numbers', async () => {
    const to = numbers.own.slice(1);
    await bind.text({ to, text: 'vote now', fields: { source_addr: '72273', source_addr_ton: 3 } });
    await bind.text({ to, text: 'code 4711', fields: { source_addr: 'MyBank', source_addr_ton: 5 } });
    const short = `72273@${DOMAIN}`;
    const name = `mybank@${DOMAIN}`;
    await alice.waitFor({ name: 'message', from: short, body: 'vote now' }, 'the short code');
    await alice.waitFor({ name: 'message', from: name, body: 'code 4711' }, 'the name');
    await text(alice, short, 'YES');
    const sent = await stage.centre.submit();
    expect([sent.to, sent.pdu.dest_addr_ton]).toEqual(['72273', 3]);
    const id = await text(alice, name, 'thank you');
    expect(await errorOf(alice, name, id)).toMatch(/not-allowed.*(cannot be answered|takes no messages)/s);
    const info = await alice.iq('get', name, "<query xmlns='http://jabber.org/protocol/disco#info'/>");
    expect(info.toString()).toContain('urn:xmpp:noreply:0');
    const other = await alice.iq('get', short, "<query xmlns='http://jabber.org/protocol/disco#info'/>");
    expect(other.toString()).not.toContain('urn:xmpp:noreply:0');
  });

  it('F02 what cannot be a number is nobody’s address', async () => {
    for (const local of ['+1', '+0123456789', '12']) {
      const to = `${local}@${DOMAIN}`;
      const id = await text(alice, to, 'hello?');
      await alice.waitFor({ name: 'message', type: 'error', from: to, id }, `the error of ${local}`);
    }
    expect(stage.centre.submits.unread).toEqual([]);
  });
});
