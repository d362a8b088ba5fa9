import { randomBytes } from 'node:crypto';
import { GatewayError } from '../../../src/gateway/error.js';
import type { Field, Form, FormStep, FormValues, Step } from '../../../src/gateway/form.js';
import type { AccountChange, AccountView } from '../../../src/gateway/gateway.js';
import type { ContactId } from '../../../src/gateway/ids.js';
import type { Text } from '../../../src/gateway/text.js';
import { kindOf } from '../address.js';
import type { SmsContext } from '../context.js';
import { isRegion, type Region, readNumber } from '../number.js';
import type { OwnAccount } from './own-accounts.js';
import { credentialsOf, type ProviderAccount, tryProvider, webhookOf } from './provider.js';
import { PROVIDER_SECRET, regionOf, settingsOf, type Way } from './settings.js';

/** Bytes of the unguessable part of a provider's webhook address. */
const HOOK_BYTES = 16;

/** The ways that the operator offers. */
function waysOf({ options }: SmsContext): readonly Way[] {
  return [
    ...(options.numbers.length > 0 ? (['gateway'] as const) : []),
    ...(options.claims.allowed ? (['own-number'] as const) : []),
    ...(Object.keys(options.providers).length > 0 ? (['own-provider'] as const) : []),
  ];
}

/** First stage: which way, which country, which number. */
export function registrationForm(
  context: SmsContext,
  account: AccountView | undefined,
  values: FormValues = {},
): Form {
  const known = settingsOf(account);
  const ways = waysOf(context);
  const way = values.way ?? (account?.registered ? known.way : ways[0]);
  return {
    title: { key: 'sms-registration-title' },
    instructions: { key: 'sms-registration-instructions' },
    fields: [
      {
        name: 'way',
        type: 'choice',
        label: { key: 'sms-field-way' },
        ...(way !== undefined && { value: way }),
        options: ways.map((value) => ({ value, label: WAY_LABELS[value] })),
      },
      text('country', values.country ?? regionOf(account, context.region), { key: 'sms-field-country' }),
      {
        ...text('number', values.number ?? known.number, { key: 'sms-field-number' }),
        legacy: 'phone',
      },
    ],
  };
}

const WAY_LABELS: Readonly<Record<Way, Text>> = {
  gateway: { key: 'sms-way-gateway' },
  'own-number': { key: 'sms-way-own-number' },
  'own-provider': { key: 'sms-way-own-provider' },
};

function text(name: string, value: string | undefined, label: Text): Field {
  return { name, type: 'text', label, ...(value !== undefined && value !== '' && { value }) };
}

/**
 * Checks the first stage, and asks for what its way needs besides.
 * @throws {GatewayError} `network-unreachable` when a code cannot be sent now
 */
export async function register(
  context: SmsContext,
  values: FormValues,
  account: AccountView | undefined,
): Promise<Step<AccountChange>> {
  const again = (problem: Text): FormStep<AccountChange> => ({
    kind: 'form',
    form: registrationForm(context, account, values),
    problem,
    submit: (next) => register(context, next, account),
  });
  const ways = waysOf(context);
  const known = settingsOf(account);
  const way = ways.find((offered) => offered === (values.way ?? (account ? known.way : ways[0])));
  if (way === undefined) return again({ key: 'sms-way-not-offered' });
  const country = (values.country ?? regionOf(account, context.region)).trim().toUpperCase();
  if (!isRegion(country)) return again({ key: 'sms-bad-country' });
  if (way === 'gateway') return gatewayNumber(context, account, country, again);
  const typed = (values.number ?? known.number ?? '').trim();
  const number = readNumber(typed, country);
  if (number === undefined || kindOf(number) !== 'number') return again({ key: 'sms-bad-number' });
  return way === 'own-number'
    ? claim(context, number, country, account, again)
    : askProvider(context, number, country, account);
}

async function gatewayNumber(
  { numbers, options }: SmsContext,
  account: AccountView | undefined,
  region: Region,
  again: (problem: Text) => Step<AccountChange>,
): Promise<Step<AccountChange>> {
  const shared = options.numbers.some((listed) => listed.shared);
  const kept = account && (await numbers.numberOf(account.id));
  const free = await Promise.all(
    options.numbers.filter((listed) => !listed.shared).map((listed) => numbers.isFree(listed.number)),
  );
  if (kept === undefined && !shared && !free.includes(true)) return again({ key: 'sms-no-number-free' });
  return { kind: 'done', result: { settings: { way: 'gateway', region }, secrets: {} } };
}

/** Sends a code to the number, and takes it (C21: wrong codes can be tried again, a while, a few times). */
async function claim(
  context: SmsContext,
  number: ContactId,
  region: Region,
  account: AccountView | undefined,
  again: (problem: Text) => Step<AccountChange>,
): Promise<Step<AccountChange>> {
  const { claims, lines, numbers, options } = context;
  if (!numbers.mayBeOwn(number)) return again({ key: 'sms-number-of-gateway' });
  const owner = await numbers.ownerOf(number);
  if (owner !== undefined && owner !== account?.id)
    throw new GatewayError('nick-in-use', { key: 'sms-number-taken' });
  const settings = { way: 'own-number', region, number } as const;
  if (owner !== undefined) return { kind: 'done', result: { settings, secrets: {} } };
  const line = lines.get(options.claims.carrier ?? '') ?? [...lines.values()][0];
  if (line === undefined)
    throw new GatewayError('network-unreachable', { key: 'sms-no-carrier' }, 'not-sent', true);
  const refused = context.outgoing.destination(number, region);
  if (refused) throw refused;
  const claimant = randomBytes(HOOK_BYTES).toString('hex');
  const code = await claims.issue(number, claimant);
  if (code === undefined) return again({ key: 'sms-too-many-codes' });
  const from = options.claims.sender ?? options.numbers[0]?.number ?? '';
  await line.send({ key: claimant, from, to: number, text: `${options.claims.text} ${code}` });
  return askCode(context, { number, claimant, settings });
}

interface Claim {
  readonly number: ContactId;
  readonly claimant: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

function askCode(context: SmsContext, claim: Claim, problem?: Text): FormStep<AccountChange> {
  return {
    kind: 'form',
    form: {
      title: { key: 'sms-code-title' },
      instructions: { key: 'sms-code-instructions', args: { number: claim.number } },
      fields: [{ name: 'code', type: 'text', label: { key: 'sms-field-code' }, required: true }],
    },
    ...(problem && { problem }),
    submit: async ({ code = '' }) => {
      switch (await context.claims.answer(claim.number, claim.claimant, code)) {
        case 'proven':
          return {
            kind: 'done',
            result: { settings: claim.settings, secrets: {} },
            note: { key: 'sms-number-proven', args: { number: claim.number } },
          };
        case 'wrong':
          return askCode(context, claim, { key: 'sms-wrong-code' });
        default:
          throw new GatewayError('bad-credentials', { key: 'sms-code-over' });
      }
    },
  };
}

function askProvider(
  context: SmsContext,
  number: ContactId,
  region: Region,
  account: AccountView | undefined,
  problem?: Text,
): FormStep<AccountChange> {
  const known = settingsOf(account).provider;
  const names = Object.keys(context.options.providers);
  return {
    kind: 'form',
    form: {
      title: { key: 'sms-provider-title' },
      instructions: { key: 'sms-provider-instructions' },
      fields: [
        {
          name: 'provider',
          type: 'choice',
          label: { key: 'sms-field-provider' },
          required: true,
          value: known?.name ?? names[0] ?? '',
          options: names.map((name) => ({
            value: name,
            label: { key: 'sms-provider-name', args: { name } },
          })),
        },
        { ...text('user', known?.user, { key: 'sms-field-user' }), required: true },
        {
          name: 'password',
          type: 'secret',
          label: { key: 'sms-field-password' },
          required: account?.secrets[PROVIDER_SECRET] === undefined,
        },
      ],
    },
    ...(problem && { problem }),
    submit: async ({ provider = '', user = '', password = '' }) => {
      const offered = Object.hasOwn(context.options.providers, provider)
        ? context.options.providers[provider]
        : undefined;
      if (offered === undefined)
        return askProvider(context, number, region, account, { key: 'sms-way-not-offered' });
      const secret = password === '' ? account?.secrets[PROVIDER_SECRET] : password;
      if (secret === undefined || user.trim() === '')
        return askProvider(context, number, region, account, { key: 'sms-provider-incomplete' });
      const credentials = credentialsOf(offered, user.trim(), secret);
      if (credentials === undefined)
        return askProvider(context, number, region, account, { key: 'sms-provider-malformed' });
      const same = known?.name === provider && known.user === user.trim();
      const tried = await tryAccount(context, credentials, {
        live: same && account ? context.ownAccounts.get(account.id) : undefined,
        unchanged: same && secret === account?.secrets[PROVIDER_SECRET],
      });
      if (tried) return askProvider(context, number, region, account, tried);
      const hook = known?.name === provider ? known.hook : randomBytes(HOOK_BYTES).toString('hex');
      const address = webhookOf(context, { name: provider, hook });
      return {
        kind: 'done',
        result: {
          settings: {
            way: 'own-provider',
            region,
            number,
            provider: { name: provider, user: user.trim(), hook },
          },
          secrets: { [PROVIDER_SECRET]: secret },
        },
        ...(address !== undefined && {
          note: { key: 'sms-provider-webhook', args: { address } },
        }),
      };
    },
  };
}

/** Tries an account with a provider, unless it is at work already. As {@link tryProvider}. */
async function tryAccount(
  context: SmsContext,
  credentials: ProviderAccount,
  known: { readonly live: OwnAccount | undefined; readonly unchanged: boolean },
): Promise<Text | undefined> {
  const { live, unchanged } = known;
  if (unchanged && live?.state.state !== 'bad-credentials') return undefined;
  const trial = () => tryProvider(context, credentials);
  // Twilio takes any number of callers, and what it sends meanwhile would find nobody.
  return live && credentials.kind !== 'twilio' ? live.aside(trial) : trial();
}
