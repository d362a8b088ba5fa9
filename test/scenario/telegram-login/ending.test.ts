import { Api } from 'telegram';
import { afterEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { ARRIVAL_TIMEOUT_MS } from '../../client/inbox.js';
import { DOMAIN } from '../../support/telegram/gateway-stage.js';
import { LoginStage, PHONE } from '../../support/telegram/login-stage.js';

const REMOVE = `<query xmlns='${NS.REGISTER}'><remove/></query>`;

describe('the end of a login to Telegram', () => {
  let stage: LoginStage;
  afterEach(() => stage.stop());

  const authorisations = () => stage.gateway.server.world.authorisations;
  const removed = async () =>
    expect((await stage.gateway.iq('set', DOMAIN, REMOVE)).attrs.type).toBe('result');
  const noLoginIsLeft = () =>
    expect.poll(() => authorisations().size, { timeout: ARRIVAL_TIMEOUT_MS }).toBe(0);

  /** Telegram cannot be reached any more, or can again. */
  function away(gone: boolean): void {
    for (const centre of stage.gateway.server.centres) {
      centre.away = gone;
      if (gone) centre.drop();
    }
  }

  async function loggedIn(): Promise<void> {
    stage = await LoginStage.start('ad-hoc command', {
      telegram: { logins: { endRetryMs: 100 } },
    });
    await stage.gateway.login(stage.gateway.server.person('Alice', { phone: PHONE }));
  }

  async function loggedInAnew(): Promise<void> {
    const { talk } = await stage.begin();
    expect((await talk.answer('code', stage.code())).text).toContain('logged in to Telegram as Alice');
    await stage.gateway.begun();
  }

  it('C14 comes on Telegram’s side with the end of the registration', async () => {
    await loggedIn();
    await removed();
    await stage.gateway.server.asked(Api.auth.LogOut);
    await noLoginIsLeft();
    expect(stage.gateway.store.row('romeo@example.org')).toBeUndefined();
  });

  it('C14 comes when Telegram can be reached again, if it was away', async () => {
    await loggedIn();
    away(true);
    await removed();
    expect(authorisations().size).toBe(1);
    away(false);
    await noLoginIsLeft();
  });

  it('C14 comes after a restart of the gateway too', async () => {
    await loggedIn();
    away(true);
    await removed();
    await stage.gateway.stopGateway();
    away(false);
    await stage.gateway.startGateway();
    await noLoginIsLeft();
  });

  it('C14 comes where the user has been disconnected', async () => {
    await loggedIn();
    await stage.gateway.write(DOMAIN, 'logout');
    await stage.gateway.message(DOMAIN);
    await removed();
    await noLoginIsLeft();
  });

  it('C12 comes with another login, which goes on', async () => {
    await loggedIn();
    const [before] = [...authorisations().keys()];
    await loggedInAnew();
    await stage.gateway.server.asked(Api.auth.LogOut);
    await expect.poll(() => authorisations().size).toBe(1);
    expect(authorisations().has(before ?? '')).toBe(false);
    expect(stage.gateway.bodies(DOMAIN).join('\n')).not.toContain('Telegram has ended this session');
  });

  it('C12 comes with another login of who was disconnected', async () => {
    await loggedIn();
    const [before] = [...authorisations().keys()];
    await stage.gateway.write(DOMAIN, 'logout');
    await stage.gateway.message(DOMAIN);
    await loggedInAnew();
    await stage.gateway.server.asked(Api.auth.LogOut);
    expect([...authorisations().keys()]).not.toContain(before);
  });

  it('C12 leaves a login as it is that is not taken to its end', async () => {
    await loggedIn();
    const { talk } = await stage.begin();
    await talk.answer('code', '1');
    expect(stage.gateway.server.count(Api.auth.LogOut)).toBe(0);
    const [alice] = [...authorisations().values()];
    expect(alice && stage.gateway.server.sessionsOf(alice.person)).toHaveLength(1);
  });
});
