import { GatewayError } from '../../../gateway/error.js';
import type { Text } from '../../../gateway/text.js';
import {
  type Caller,
  done,
  mapStep,
  type ServiceCommand,
  type ServiceFormStep,
  type ServiceStep,
} from '../../command/service-command.js';
import type { OwnAccountReport, OwnAccounts } from './own-accounts.js';

type Reported = NonNullable<OwnAccountReport['state']>['state'];
type Said = (args: { readonly domain: string }) => Text;

const STATES: Readonly<Record<Reported, Said>> = {
  idle: (args) => ({ key: 'relay-account-idle', args }),
  connecting: (args) => ({ key: 'relay-account-connecting', args }),
  connected: (args) => ({ key: 'relay-account-connected', args }),
  'transient-failure': (args) => ({ key: 'relay-account-away', args }),
  'bad-credentials': (args) => ({ key: 'relay-account-refused', args }),
};

/** The operator logs the relays' own accounts in and out, in the words and steps of each network. */
export function accountCommands(
  accounts: OwnAccounts,
  isOperator: (caller: Caller) => boolean,
): readonly ServiceCommand[] {
  const common = { scope: 'service', allows: isOperator } as const;
  return [
    {
      ...{ ...common, node: 'isthmus:relay:login', word: 'login' },
      title: { key: 'relay-command-login' },
      start: async () =>
        askNetwork(accounts, { key: 'relay-command-login' }, (domain) => logIn(accounts, domain)),
    },
    {
      ...{ ...common, node: 'isthmus:relay:logout', word: 'logout' },
      title: { key: 'relay-command-logout' },
      start: async () =>
        askNetwork(accounts, { key: 'relay-command-logout' }, (domain) => logOut(accounts, domain)),
    },
    {
      ...{ ...common, node: 'isthmus:relay:accounts', word: 'accounts' },
      title: { key: 'relay-command-accounts' },
      start: async () => {
        const lines = await accountLines(accounts);
        return { ...done({ key: 'relay-accounts', args: { count: lines.length } }), lines };
      },
    },
  ];
}

/** How the relays' own accounts are, one line each, and why. Rejects with the store's error. */
export async function accountLines(accounts: OwnAccounts): Promise<readonly Text[]> {
  return (await accounts.report()).flatMap(({ domain, state }) => [
    state ? STATES[state.state]({ domain }) : { key: 'relay-account-none', args: { domain } },
    ...(state && 'text' in state ? [state.text] : []),
  ]);
}

async function logIn(accounts: OwnAccounts, domain: string): Promise<ServiceStep> {
  return mapDone(await mapStep(await accounts.login(domain), () => ({})), domain);
}

/** At the end stands whose login it was. */
function mapDone(step: ServiceStep, domain: string): ServiceStep {
  if (step.kind === 'form')
    return { ...step, submit: async (values) => mapDone(await step.submit(values), domain) };
  const { note, lines = [] } = step;
  const said: Text = { key: 'relay-logged-in', args: { domain } };
  return { ...step, note: said, lines: note ? [note, ...lines] : lines };
}

async function logOut(accounts: OwnAccounts, domain: string): Promise<ServiceStep> {
  const args = { domain };
  if (await accounts.logout(domain)) return done({ key: 'relay-logged-out', args });
  return done({ key: 'relay-account-none', args });
}

function askNetwork(
  { domains }: OwnAccounts,
  title: Text,
  then: (domain: string) => Promise<ServiceStep>,
): ServiceFormStep {
  if (domains.length === 0) throw new GatewayError('not-found', { key: 'relay-no-networks' });
  return {
    kind: 'form',
    form: {
      title,
      fields: [
        {
          ...{ name: 'network', type: 'choice', required: true, label: { key: 'relay-field-network' } },
          options: domains.map((domain) => ({
            value: domain,
            label: { key: 'relay-network', args: { domain } },
          })),
        },
      ],
    },
    submit: ({ network = '' }) => then(network),
  };
}
