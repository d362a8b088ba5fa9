import { describe, expect, it, onTestFinished } from 'vitest';
import { register } from '../../../gateways/sms/account/registration.js';
import type { SmsSession } from '../../../gateways/sms/session.js';
import type { Step } from '../../../src/gateway/form.js';
import type { AccountChange, AccountView } from '../../../src/gateway/gateway.js';
import { type CentreOptions, centreStatus, SmppCentre } from '../../servers/smpp-centre/centre.js';
import { SmsStage } from './stage.js';

const NUMBER = '+12125550177';

async function staged(options: CentreOptions = {}, more: Readonly<Record<string, unknown>> = {}) {
  const centre = await SmppCentre.listen(options);
  const reconnect = { initialMs: 20, maxMs: 50 };
  const big = { kind: 'smpp', host: centre.host, port: centre.port, tls: false, reconnect };
  const stage = new SmsStage({ providers: { big }, ...more });
  let session: SmsSession | undefined;
  onTestFinished(async () => {
    await session?.disconnect();
    await centre.close();
  });
  /** Both stages of a registration. */
  const registered = async (password: string, account?: AccountView): Promise<Step<AccountChange>> => {
    const first = await register(stage.context, { way: 'own-provider', number: NUMBER }, account);
    if (first.kind !== 'form') throw new Error('no second stage');
    return first.submit({ provider: 'big', user: centre.systemId, password });
  };
  const view = (step: Step<AccountChange>): AccountView => {
    if (step.kind !== 'done') throw new Error(`refused: ${JSON.stringify(step.problem)}`);
    return {
      ...stage.account(1, step.result.settings),
      secrets: { provider: step.result.secrets?.provider ?? '' },
    };
  };
  /** Connected with the account as it is registered. */
  const connected = (account: AccountView): SmsSession => {
    session = stage.session(account);
    return session;
  };
  return { centre, stage, registered, view, connected };
}

describe('C06 a trial of a user’s account with an SMPP provider', () => {
  it('can be given no messages, and takes none', async () => {
    const { centre, stage, registered } = await staged();
    const ending = registered('secret');
    const tried = await centre.bind();
    expect(tried.role).toBe('transmitter');
    const [part] = tried.parts(['one', 'two'], 7, 'header');
    const answer = await tried.ask('deliver_sm', part);
    expect(answer?.command_status).not.toBe(centreStatus.ok);
    expect((await ending).kind).toBe('done');
    expect(stage.state.size).toBe(0);
  });

  it('C12 is not refused because the account is at work, where a provider allows it one bind', async () => {
    const { centre, registered, view, connected } = await staged({ oneBind: true });
    const account = view(await registered('secret'));
    await centre.bind('transmitter');
    const session = connected(account);
    const live = await centre.bind('transceiver');
    // The same credentials need no trial.
    expect((await registered('secret', account)).kind).toBe('done');
    centre.password = 'changed';
    const changed = view(await registered('changed', account));
    await live.closed;
    await centre.bind('transmitter');
    session.configure(changed);
    await centre.bind('transceiver');
  });

  it('C12 that fails leaves the account at work', async () => {
    const { centre, registered, view, connected } = await staged({ oneBind: true });
    const account = view(await registered('secret'));
    connected(account);
    const live = await centre.bind('transceiver');
    expect(await registered('wrong', account)).toMatchObject({ problem: { key: 'sms-provider-refused' } });
    await live.closed;
    await centre.bind('transceiver');
  });

  it('C12 that leads to no change in the end leaves it at work, too', async () => {
    const soon = { providerTrialMs: 300 };
    const { centre, registered, view, connected } = await staged({ oneBind: true }, soon);
    const account = view(await registered('secret'));
    connected(account);
    const live = await centre.bind('transceiver');
    centre.answerBinds(centreStatus.ok);
    await registered('changed', account);
    await live.closed;
    await centre.bind('transceiver');
  });
});
