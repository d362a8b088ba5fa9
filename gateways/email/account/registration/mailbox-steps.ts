import { GatewayError } from '../../../../src/gateway/error.js';
import type { FormStep, Step } from '../../../../src/gateway/form.js';
import type { AccountChange } from '../../../../src/gateway/gateway.js';
import type { Text } from '../../../../src/gateway/text.js';
import type { FoundServers } from '../discovery/discovery.js';
import type { Tokens } from '../oauth/oauth-client.js';
import type { Provider } from '../provider/providers.js';
import { type MailboxSettings, PASSWORD, REFRESH_TOKEN, settingsOf } from '../settings.js';
import { askAgreement } from './agreement-steps.js';
import { type MailboxTrial, refusalText, tryMailbox } from './login-check.js';
import { finished, type Registrant } from './registrant.js';
import { readServers, type SaidServers, serversForm } from './servers-form.js';

/** What the first stage says of the mailbox. */
export interface MailboxWish {
  readonly address: string;
  /** Empty: the one on record, or none. */
  readonly password: string;
  /** The user gives the servers himself. */
  readonly manual: boolean;
}

/** Finds the servers, tries them, and says yes only when both let the user in. */
export async function registerMailbox(
  registrant: Registrant,
  wish: MailboxWish,
): Promise<Step<AccountChange>> {
  const { context, account } = registrant;
  const known = settingsOf(account).mailbox;
  const same = known?.address === wish.address ? known : undefined;
  if (wish.manual) {
    const said = same && { imap: same.imap, smtp: same.smtp, user: same.user };
    return askServers(registrant, wish, said ?? {}, { key: 'email-servers-manual' });
  }
  const found = (same && onRecord(registrant, same)) ?? (await context.accounts.discovery.find(wish.address));
  if (!found) return askServers(registrant, wish, {}, { key: 'email-servers-not-found' });
  if (found.unsure)
    return askServers(
      registrant,
      wish,
      { imap: found.imap, smtp: found.smtp },
      { key: 'email-servers-unsure' },
    );
  const trial = trialWith(registrant, wish, found);
  if (trial) return tryPassword(registrant, wish, trial, registrant.again);
  if (same?.auth === 'oauth' && (await agreementHolds(registrant)))
    return finished(registrant, same, account?.secrets ?? {});
  const client = context.accounts.clientOf(found.provider?.name);
  if (!client || !found.provider) return registrant.again({ key: 'email-password-needed' });
  return askAgreement(context, {
    provider: found.provider,
    client,
    address: wish.address,
    asker: registrant.user.userAddress,
    proceed: (tokens) => tryTokens(registrant, wish, found, tokens),
  });
}

/** The servers that are at work; looked for anew when the user has another address. */
function onRecord({ context }: Registrant, mailbox: MailboxSettings): FoundServers {
  const { providers } = context.accounts;
  const { imap, smtp } = providers.serversOf(mailbox);
  const provider = providers.named(mailbox.provider);
  return { imap, smtp, users: [mailbox.user], ...(provider && { provider }) };
}

/** By the password typed, or the one on record for the same mailbox; undefined: there is none. */
function trialWith(
  { account }: Registrant,
  { address, password }: MailboxWish,
  found: FoundServers,
): MailboxTrial | undefined {
  const { mailbox } = settingsOf(account);
  const kept =
    mailbox?.address === address && mailbox.auth === 'password' ? account?.secrets[PASSWORD] : undefined;
  const used = password === '' ? kept : password;
  if (used === undefined) return undefined;
  const { imap, smtp, users, provider } = found;
  return { imap, smtp, users, provider, loginAs: (user) => ({ user, password: used }) };
}

async function tryPassword(
  registrant: Registrant,
  { address }: MailboxWish,
  trial: MailboxTrial,
  again: (problem: Text) => FormStep<AccountChange>,
): Promise<Step<AccountChange>> {
  registrant.tries.take();
  const result = await tryMailbox(trial, registrant.context.accounts.checks);
  if (result.kind === 'refused') return again(refusalText(trial, result.by));
  const login = trial.loginAs(result.user);
  return finished(
    registrant,
    mailboxOf(address, result.user, 'password', trial, trial.provider),
    'password' in login ? { [PASSWORD]: login.password } : {},
  );
}

async function tryTokens(
  registrant: Registrant,
  { address }: MailboxWish,
  found: FoundServers,
  tokens: Tokens & { readonly refreshToken: string },
): Promise<Step<AccountChange>> {
  const { imap, smtp, users, provider } = found;
  const { accessToken, refreshToken } = tokens;
  const trial = { imap, smtp, users, provider, loginAs: (user: string) => ({ user, accessToken }) };
  registrant.tries.take();
  const result = await tryMailbox(trial, registrant.context.accounts.checks);
  if (result.kind === 'refused') {
    const { host } = result.by === 'imap' ? imap : smtp;
    throw new GatewayError('bad-credentials', { key: 'email-agree-refused', args: { host, address } });
  }
  return finished(registrant, mailboxOf(address, result.user, 'oauth', found, provider), {
    [REFRESH_TOKEN]: refreshToken,
  });
}

/** Whether the provider still gives tokens for what is on record. */
async function agreementHolds({ context, account }: Registrant): Promise<boolean> {
  const credentials = account && context.accounts.credentialsOf(account);
  if (!credentials) return false;
  try {
    await credentials.login(true);
    return true;
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'bad-credentials') return false;
    throw error;
  }
}

function mailboxOf(
  address: string,
  user: string,
  auth: MailboxSettings['auth'],
  { imap, smtp }: Pick<MailboxTrial, 'imap' | 'smtp'>,
  provider: Provider | undefined,
): MailboxSettings {
  return {
    ...{ address, imap, smtp, user, auth },
    filesSent: provider?.filesSent === true,
    ...(provider && { provider: provider.name }),
  };
}

/** The second stage; what cannot be reached there is for the user to correct. */
function askServers(
  registrant: Registrant,
  wish: MailboxWish,
  known: Partial<SaidServers>,
  instructions: Text,
  problem?: Text,
): FormStep<AccountChange> {
  return {
    kind: 'form',
    form: serversForm(known, instructions),
    ...(problem && { problem }),
    submit: async (values) => {
      const said = readServers(values, wish.address);
      if ('problem' in said) return askServers(registrant, wish, known, instructions, said.problem);
      const next = { ...wish, password: values.password || wish.password };
      const again = (wrong: Text) => askServers(registrant, next, said, instructions, wrong);
      const { imap, smtp, user } = said;
      const provider = registrant.context.accounts.providers.ofServers(imap, smtp);
      const found = { imap, smtp, users: [user], ...(provider && { provider }) };
      const trial = trialWith(registrant, next, found);
      if (!trial) return again({ key: 'email-password-needed' });
      try {
        return await tryPassword(registrant, next, trial, again);
      } catch (error) {
        if (error instanceof GatewayError && error.code === 'network-unreachable') return again(error.text);
        throw error;
      }
    },
  };
}
