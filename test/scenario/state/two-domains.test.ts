import { expect, it } from 'vitest';
import { startGateway } from '../../client/gateway-process.js';
import { IrcClient } from '../../client/irc-client.js';
import { XmppClient } from '../../client/xmpp-client.js';
import { startNgircd } from '../../servers/ngircd.js';
import { startProsody } from '../../servers/prosody.js';

const ALL = { domain: 'irc.localhost', secret: 'secret-of-all' };
const ONE = { domain: 'one.localhost', secret: 'secret-of-one' };

it('A01 A03 E06 one process serves two domains, one of them for a single server with short addresses', async () => {
  const [server, irc] = await Promise.all([
    startProsody({ components: [ALL, ONE], users: [{ name: 'alice', password: 'alice' }] }),
    startNgircd(),
  ]);
  const servers = { [irc.host]: { port: irc.port, tls: false } };
  const options = { flood: 'disabled', servers };
  await startGateway({
    config: {
      xmpp: { domain: server.domain, host: server.host, port: server.componentPort },
      components: [
        { ...ALL, network: 'irc', options },
        { ...ONE, network: 'irc', options: { ...options, fixedServer: irc.host } },
      ],
    },
  });
  const carol = await IrcClient.connect({ server: irc, nick: 'carol' });
  await carol.join('#lobby');
  const alice = await XmppClient.connect({ server, name: 'alice', password: 'alice', resource: 'phone' });

  const long = `#lobby%${irc.host}@${ALL.domain}`;
  const short = `#lobby@${ONE.domain}`;
  await alice.joinRoom(long, 'ally');
  const joined = await alice.joinRoom(short, 'solo');
  expect(joined.self.attrs.from).toBe(`${short}/solo`);

  carol.say('#lobby', 'to both');
  await alice.waitFor({ from: `${long}/carol`, body: 'to both' }, 'the message by the long address');
  await alice.waitFor({ from: `${short}/carol`, body: 'to both' }, 'the message by the short address');

  await alice.message(`carol@${ONE.domain}`, 'a word in private');
  await carol.waitForMessage('carol', 'a word in private');
  carol.say('solo', 'and one back');
  await alice.waitFor(
    { from: `carol@${ONE.domain}`, body: 'and one back' },
    'the answer by the short address',
  );
});
