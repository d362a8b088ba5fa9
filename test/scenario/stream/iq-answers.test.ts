import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import { escapeXml, type XmppClient } from '../../client/xmpp-client.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { SERVERS } from '../../support/service-talk.js';

const PAYLOADS = [
  "<query xmlns='http://jabber.org/protocol/disco#info'/>",
  "<query xmlns='http://jabber.org/protocol/disco#items'/>",
  "<query xmlns='jabber:iq:register'/>",
  "<query xmlns='jabber:iq:register'><remove/></query>",
  "<query xmlns='jabber:iq:gateway'/>",
  "<query xmlns='jabber:iq:gateway'><prompt/></query>",
  "<query xmlns='jabber:iq:version'/>",
  "<query xmlns='jabber:iq:last'/>",
  "<query xmlns='jabber:iq:search'/>",
  "<query xmlns='jabber:iq:roster'/>",
  "<query xmlns='jabber:iq:private'><x xmlns='y'/></query>",
  "<vCard xmlns='vcard-temp'/>",
  "<vCard xmlns='vcard-temp'><FN>x</FN></vCard>",
  "<ping xmlns='urn:xmpp:ping'/>",
  "<time xmlns='urn:xmpp:time'/>",
  "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='eu.siacs.conversations.axolotl.devicelist'/></pubsub>",
  "<query xmlns='urn:xmpp:mam:2'/>",
  "<query xmlns='http://jabber.org/protocol/muc#admin'/>",
  "<query xmlns='http://jabber.org/protocol/muc#owner'/>",
  "<command xmlns='http://jabber.org/protocol/commands' node='nothing'/>",
  "<command xmlns='http://jabber.org/protocol/commands'/>",
  "<request xmlns='urn:xmpp:http:upload:0' filename='x' size='1'/>",
  "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='1'/>",
  "<block xmlns='urn:xmpp:blocking'/>",
  "<x xmlns='urn:example:unknown'><deep><deeper/></deep></x>",
  "<query xmlns='http://jabber.org/protocol/disco#info' node='&#x1F600;'/>",
];

describe.each(SERVERS)('IQs through %s', (xmpp) => {
  let stage: IrcStage;
  let alice: XmppClient;
  let bob: XmppClient;
  let targets: readonly string[];

  beforeAll(async () => {
    stage = await ircStage({
      xmpp,
      config: { limits: { messagesPerSecond: 100_000, messageBurst: 100_000 } },
    });
    [alice, bob] = await Promise.all([stage.user('alice'), stage.user('bob')]);
    const carol = await stage.person('carol');
    await carol.join('#iq');
    const room = stage.room('#iq');
    await alice.joinRoom(room, 'ally');
    targets = [
      stage.domain,
      `${stage.domain}/resource`,
      stage.contact('carol'),
      `${stage.contact('carol')}/Res Ource`,
      stage.contact('not-there'),
      room,
      `${room}/carol`,
      `${room}/ally`,
      `${room}/nobody`,
      stage.room('#never-joined'),
      `${stage.room('#never-joined')}/x`,
      `${stage.irc.host}@${stage.domain}`,
      `not.listed.example@${stage.domain}`,
      `%%%@${stage.domain}`,
      `non\\20sense@${stage.domain}/☃`,
    ];
  });

  /** Answers to one of each payload at each target, by id. */
  async function ask(client: XmppClient, type: 'get' | 'set'): Promise<ReadonlyMap<string, string>> {
    const asked = new Map<string, string>();
    for (const to of targets) {
      for (const payload of PAYLOADS) {
        const id = client.nextId();
        asked.set(id, to);
        await client.send(`<iq type='${type}' id='${id}' to='${escapeXml(to)}'>${payload}</iq>`);
      }
    }
    for (const [id, to] of asked) await client.waitFor({ name: 'iq', id }, `the answer of ${to}`);
    return asked;
  }

  it.each(['get', 'set'] as const)(
    'A05 A06 A09 every %s gets one answer, from the very address, to the very sender',
    async (type) => {
      for (const client of [alice, bob]) {
        const asked = await ask(client, type);
        for (const [id, to] of asked) {
          const answers = client.received.filter((stanza) => stanza.name === 'iq' && stanza.attrs.id === id);
          expect(answers.length, to).toBe(1);
          const [answer] = answers;
          expect(answer?.attrs.from?.toLowerCase()).toBe(to.toLowerCase());
          expect(answer?.attrs.to).toBe(client.jid);
          expect(['result', 'error']).toContain(answer?.attrs.type);
          if (answer?.attrs.type !== 'error') continue;
          const error = answer.getChild('error');
          const conditions = error
            ?.getChildElements()
            .filter(
              (child) => child.name !== 'text' && child.getNS() === 'urn:ietf:params:xml:ns:xmpp-stanzas',
            );
          expect(conditions?.length).toBe(1);
          expect(['auth', 'cancel', 'modify', 'wait']).toContain(error?.attrs.type);
          expect(errorCondition(answer)).not.toBe('internal-server-error');
        }
      }
      expect(stage.gateway.entries().filter(({ level }) => Number(level) >= 50)).toEqual([]);
    },
  );

  it('A06 unknown namespace, unknown verb of a known one', async () => {
    const condition = async (type: 'get' | 'set', payload: string) =>
      errorCondition(await alice.iq(type, stage.domain, payload));
    expect(await condition('get', "<x xmlns='urn:example:unknown'/>")).toBe('service-unavailable');
    expect(await condition('set', "<query xmlns='jabber:iq:version'/>")).toBe('feature-not-implemented');
  });

  it('A07 A08 results and errors that nobody asked for are not answered', async () => {
    for (const to of targets) {
      const at = escapeXml(to);
      await alice.send(`<iq type='result' id='stray1' to='${at}'/>`);
      await alice.send(
        `<iq type='error' id='stray2' to='${at}'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
      );
      if (to.includes('#iq')) continue; // A bounce of a room is a client that is gone.
      await alice.send(
        `<message type='error' id='stray3' to='${at}'><body>ERRORTEXT</body><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
      );
      await alice.send(
        `<presence type='error' id='stray4' to='${at}'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`,
      );
    }
    await alice.barrier(stage.domain);
    expect(alice.received.filter(({ attrs }) => attrs.id?.startsWith('stray'))).toEqual([]);
    expect(stage.gateway.entries().filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  it('A12 a message of no or an unknown type is an ordinary one; unknown children do not matter', async () => {
    const dave = await stage.person('dave');
    for (const [index, type] of ['', " type='weird'"].entries()) {
      await alice.send(
        `<message id='m${index}'${type} to='${stage.contact('dave')}'><thing xmlns='urn:example'><x/></thing><body>odd ${index}</body></message>`,
      );
      await dave.waitForMessage('dave', `odd ${index}`);
    }
  });
});
