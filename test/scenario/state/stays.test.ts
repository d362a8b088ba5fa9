import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { command, commandOf, complete, register, SERVERS } from '../../support/service-talk.js';

describe.each(SERVERS)('a user who stays in a room while offline, through %s', (xmpp) => {
  let stage: IrcStage;
  let alice: XmppClient;
  let carol: IrcClient;
  let room: string;
  const bodies = (history: readonly { getChildText(name: string): string | null }[]) =>
    history.map((message) => message.getChildText('body'));

  beforeAll(async () => {
    stage = await ircStage({ xmpp });
    [alice, carol] = await Promise.all([stage.user('alice'), stage.person('carol')]);
    await carol.join('#stay');
    await register(alice, stage.domain, { nick: 'Ally' });
    room = stage.room('#stay');
    await alice.joinRoom(room, 'Ally');
  });

  it('K06 chooses the room', async () => {
    const shown = commandOf(await command(alice, stage.domain, 'isthmus:stay'));
    const option = shown.getChild('x')?.getChildByAttr('var', 'room')?.getChild('option');
    expect(option?.attrs.label).toBe(room);
    const value = option?.getChildText('value') ?? '';
    expect(await complete(alice, stage.domain, 'isthmus:stay', { room: value })).toContain(room);
  });

  it('H21 is still there when his last client has gone, and finds what was said', async () => {
    await alice.disconnect();
    carol.say('#stay', 'while you were out');
    await carol.barrier();
    expect(carol.count(/^:Ally!\S+ (PART|QUIT)/)).toBe(0);
    alice = await stage.user('alice');
    const joined = await alice.joinRoom(room, 'Ally');
    expect(bodies(joined.history)).toContain('while you were out');
    expect(carol.count(/^:Ally!\S+ JOIN/)).toBe(1);
  });

  it('A04 is back in the room after a restart of the gateway, before any client is', async () => {
    await alice.disconnect();
    await stage.gateway.restart();
    await carol.waitForLine(/^:Ally!\S+ (QUIT|PART)/, 'the leave');
    await carol.waitForLine(/^:Ally!\S+ JOIN/, 'the first join');
    await carol.waitForLine(/^:Ally!\S+ JOIN/, 'the return');
    carol.say('#stay', 'after the restart');
    await carol.barrier();
    alice = await stage.user('alice');
    const joined = await alice.joinRoom(room, 'Ally');
    expect(bodies(joined.history)).toEqual(
      expect.arrayContaining(['while you were out', 'after the restart']),
    );
  });

  it('leaves at once when he says so from outside', async () => {
    await alice.send(`<presence type='unavailable' to='${room}/Ally'/>`);
    await alice.waitFor(
      { name: 'presence', type: 'unavailable', from: `${room}/Ally` },
      'the client out of the room',
    );
    const shown = commandOf(await command(alice, stage.domain, 'isthmus:leave'));
    const value =
      shown.getChild('x')?.getChildByAttr('var', 'room')?.getChild('option')?.getChildText('value') ?? '';
    await complete(alice, stage.domain, 'isthmus:leave', { room: value });
    await carol.waitForLine(/^:Ally!\S+ (QUIT|PART)/, 'the leave');
  });
});
