import { smsModule } from '../../gateways/sms/index.js';
import { optionsSchema } from '../../gateways/sms/options.js';
import type { AccountId, ContactId } from '../../src/gateway/ids.js';
import { centreStatus, SmppCentre } from '../servers/smpp-centre/centre.js';
import type { CentreBind, Submit } from '../servers/smpp-centre/centre-bind.js';
import { MemoryState, RecordingHost, testEnvironment } from '../support/gateway-environment.js';
import { describeNetwork } from './network.js';
import { describeStored, type StoredStage } from './stored.js';

/** Enough for every account of a suite. */
const POOL = Array.from({ length: 30 }, (_, n) => `+12125550${String(100 + n)}`);
const CAROL = '+12125550199' as ContactId;

/** The SMS gateway with an SMPP centre. */
async function smsStage(): Promise<StoredStage> {
  const centre = await SmppCentre.listen();
  const host = new RecordingHost();
  const state = new MemoryState();
  const make = () =>
    smsModule.create(
      optionsSchema.parse({
        region: 'US',
        carriers: {
          main: {
            ...{ kind: 'smpp', host: centre.host, port: centre.port, tls: false },
            ...{ systemId: centre.systemId, password: centre.password },
            reconnect: { initialMs: 20, maxMs: 100 },
            timeouts: { patienceMs: 200 },
          },
        },
        numbers: POOL.map((number) => ({ number, carrier: 'main' })),
      }),
      testEnvironment({ domain: 'sms.example.test', host, state }),
    );
  let gateway = make();
  const gateways = [gateway];
  let accounts = 0;
  let bind: CentreBind | undefined;
  /** The connection that lives. */
  const bound = async (): Promise<CentreBind> => {
    bind ??= await centre.bind();
    return bind;
  };
  const numberOf = async (account: AccountId): Promise<string> => {
    const entry = await state.get('accounts', String(account));
    // Of nobody: one that nobody has yet.
    return String(entry?.value.number ?? POOL.at(-1));
  };
  return {
    gateway,
    host,
    person: CAROL,
    addresses: [
      { kind: 'contact', id: CAROL },
      { kind: 'contact', id: '72273' as ContactId },
    ],
    untyped: [
      { kind: 'contact', id: 'my bank' as ContactId },
      { kind: 'contact', id: 'caf%c3%a9' as ContactId },
    ],
    nonsense: ['', 'a%zz', '%41', 'é', ' bank'],
    known: () => CAROL,
    account: (nick) => ({
      id: ++accounts as AccountId,
      registered: true,
      settings: { way: 'gateway' },
      secrets: {},
      suggestedName: nick,
      userAddress: `${nick.toLowerCase()}@example.org`,
      language: 'en',
    }),
    arrived: async () => toArrived(await centre.submit(), bound),
    get arrivals() {
      return centre.submits.all.length;
    },
    next: (answer) => {
      if (answer === 'break-off') bind = undefined;
      centre.answerNext(answer === 'refuse' ? { status: centreStatus.invalidDestination } : 'drop');
    },
    reachable: async (reachable) => {
      centre.refuseBinds(reachable ? undefined : centreStatus.temporaryError);
      if (reachable) {
        await bound();
        return;
      }
      const ended = await bound();
      bind = undefined;
      ended.drop();
      await ended.closed;
    },
    writes: async (account, text, times = 1) => {
      const to = (await numberOf(account)).slice(1);
      for (let time = 0; time < times; time += 1) {
        const current = await bound();
        // What the centre has given an id comes again under it.
        const fields = { receipted_message_id: `mo-${text}` };
        await current.text({ from: CAROL.slice(1), to, text, fields });
      }
    },
    restart: async () => {
      bind = undefined;
      gateway = make();
      gateways.push(gateway);
      return gateway;
    },
    close: async () => {
      for (const one of gateways) await one.close();
      await centre.close();
    },
  };
}

function toArrived(submit: Submit, bound: () => Promise<CentreBind>) {
  return {
    text: submit.text,
    report: async (outcome: 'delivered' | 'failed') => {
      await (await bound()).receipt(submit, outcome === 'failed' ? { stat: 'UNDELIV', err: '001' } : {});
    },
  };
}

describeNetwork('SMS by SMPP', smsStage);
describeStored('SMS by SMPP', smsStage);
