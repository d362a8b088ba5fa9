import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { MtProxy } from '../../servers/telegram/proxies/mtproxy.js';
import { HttpProxy, SocksProxy } from '../../servers/telegram/proxies/tunnels.js';
import { TelegramServer } from '../../servers/telegram/telegram-server.js';
import { submit } from '../../support/service-talk.js';
import { DOMAIN, type GatewayStageOptions } from '../../support/telegram/gateway-stage.js';
import { LoginStage, PHONE } from '../../support/telegram/login-stage.js';

const NODE = 'isthmus:telegram:proxies';

let server: TelegramServer;
let stage: LoginStage;
const closing: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  server = await TelegramServer.start();
  server.person('Alice', { phone: PHONE });
});
afterEach(async () => {
  await stage.stop();
  for (const one of closing.splice(0)) await one.close();
  await server.close();
});

async function open<Proxy extends { close(): Promise<void> }>(proxy: Promise<Proxy>): Promise<Proxy> {
  closing.push(await proxy);
  return proxy;
}

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const proxy = await SocksProxy.listen(server);
  const { port } = proxy;
  await proxy.close();
  return port;
}

async function start(telegram: Readonly<Record<string, unknown>> = {}, more: GatewayStageOptions = {}) {
  const options = { telegram: { logins: { patienceMs: 10_000 }, ...telegram }, server, ...more };
  stage = await LoginStage.start('ad-hoc command', options);
}

/** A login by those proxies, up to its code. */
async function login(proxies: string): Promise<string> {
  const talk = stage.talkOf();
  const shown = await talk.begin({ phone: `+${PHONE}`, way: 'phone', proxies });
  if (!shown.text.includes('It has 5 digits.')) return shown.text;
  return (await talk.answer('code', stage.code())).text;
}

const mtproxy = ({ port, secret }: MtProxy) => `tg://proxy?server=127.0.0.1&port=${port}&secret=${secret}`;

describe('the proxies of a user', () => {
  it('lead to Telegram when he logs in, and from then on', async () => {
    const proxy = await open(MtProxy.listen(server, 'fake-tls'));
    await start();
    expect(await login(mtproxy(proxy))).toContain('logged in to Telegram as Alice');
    await stage.gateway.begun();
    expect(proxy.led).toBe(2);
    const told = stage.gateway.heard.all.map(String).join('') + stage.gateway.logged.all.join('');
    expect(told).not.toContain(proxy.secret);
  });

  it.each([
    ['tg://socks', (port: number) => `tg://socks?server=127.0.0.1&port=${port}&user=alice&pass=geheim`],
    [
      'https://t.me/socks',
      (port: number) => `https://t.me/socks?server=127.0.0.1&port=${port}&user=alice&pass=geheim`,
    ],
    ['socks5://', (port: number) => `socks5://alice:geheim@127.0.0.1:${port}`],
  ])('are taken as users have them: %s', async (_form, link) => {
    const proxy = await open(SocksProxy.listen(server, { user: 'alice', password: 'geheim' }));
    await start();
    expect(await login(link(proxy.port))).toContain('logged in to Telegram as Alice');
    expect(proxy.led).toBeGreaterThan(0);
  });

  it('are tried in turn: the next takes the place of one that is dead', async () => {
    const good = await open(HttpProxy.listen(server));
    await start();
    const dead = `socks5://127.0.0.1:${await closedPort()}`;
    expect(await login(`${dead}\nhttp://127.0.0.1:${good.port}`)).toContain('logged in to Telegram as Alice');
    await stage.gateway.begun();
    expect(good.led).toBe(2);
  });

  it('are followed by those of the operator', async () => {
    const operators = await open(SocksProxy.listen(server));
    await start({ proxies: [{ kind: 'socks5', host: '127.0.0.1', port: operators.port }] });
    expect(await login(`socks5://127.0.0.1:${await closedPort()}`)).toContain('logged in to Telegram');
    expect(operators.led).toBeGreaterThan(0);
  });

  it('are said in words to be wrong, and can be corrected', async () => {
    const [proxy, other] = [
      await open(MtProxy.listen(server, 'fake-tls')),
      await open(MtProxy.listen(server, 'fake-tls')),
    ];
    await start({ logins: { patienceMs: 1_500 } });
    const wrong = mtproxy(proxy).replace(proxy.secret, other.secret);
    expect(await login(wrong)).toContain('None of these proxies leads to Telegram');
    expect(await login('my proxy')).toContain('That is not a list of proxies.');
  });

  it('S21 lead nowhere into the network of the operator', async () => {
    const proxy = await open(SocksProxy.listen(server));
    const targets = { mayResolve: () => true, mayConnect: (address: string) => address !== '127.0.0.1' };
    await start({ logins: { patienceMs: 1_500 } }, { targets });
    expect(await login(`socks5://127.0.0.1:${proxy.port}`)).toContain('None of these proxies leads');
    expect(proxy.taken).toBe(0);
  });

  it('S21 are of no use where the operator allows none', async () => {
    const proxy = await open(SocksProxy.listen(server));
    await start({ userProxies: false });
    expect(await login(`socks5://127.0.0.1:${proxy.port}`)).toContain('logged in to Telegram as Alice');
    expect(proxy.taken).toBe(0);
  });

  it('can be changed later, without another login; their secrets are not shown', async () => {
    const proxy = await open(MtProxy.listen(server, 'padded'));
    await start();
    expect(await login('')).toContain('logged in');
    await stage.gateway.begun();
    const command = async (session: string, form: string) => {
      const inner = `<command xmlns='${NS.COMMANDS}' node='${NODE}'${session}>${form}</command>`;
      return (await stage.gateway.iq('set', DOMAIN, inner)).child('command', NS.COMMANDS);
    };
    const change = async (proxies: string) => {
      const asked = await command('', '');
      const session = ` sessionid='${asked?.attrs.sessionid}' action='complete'`;
      return { asked: String(asked), end: String(await command(session, submit({ proxies }))) };
    };
    expect((await change(mtproxy(proxy).replaceAll('&', '&amp;'))).end).toContain('not a list of proxies');
    const first = await change(mtproxy(proxy));
    expect(first.asked).toContain('You have no proxies of your own.');
    expect(first.end).toContain('Your proxies were changed.');
    await stage.gateway.begun();
    expect(proxy.led).toBe(1);
    const second = await change('');
    expect(second.asked).toContain(`mtproxy 127.0.0.1:${proxy.port}`);
    expect(second.asked).not.toContain(proxy.secret);
    await stage.gateway.begun();
    expect(proxy.led).toBe(1);
    expect(server.world.authorisations.size).toBe(1);
  });
});
