import type { Config } from '../../config/schema.js';
import { bareJid } from '../../config/values.js';
import { LinkStore } from '../../media/link-store.js';
import type { AccountRecord, Store } from '../../store/store.js';
import { createInterview } from '../init/questions.js';
import { withStore } from '../open-store.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';

/** Accounts read at a time. */
const PAGE_SIZE = 500;

/** Prints registered accounts, one per line: user, domain, date. */
export function listUsers(config: Config, terminal: Terminal): Promise<number> {
  return withStore(config, async (store) => {
    let count = 0;
    for (const { domain } of config.components) {
      for await (const account of registered(store, domain)) {
        terminal.print(`${account.owner}\t${domain}\t${new Date(account.createdAt).toISOString()}`);
        count += 1;
      }
    }
    if (count === 0) terminal.warn('Nobody is registered.');
    return 0;
  });
}

async function* registered(store: Store, domain: string): AsyncGenerator<AccountRecord> {
  let after = 0;
  for (;;) {
    const page = await store.accounts.list(domain, after, PAGE_SIZE);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_SIZE) return;
    after = last.id;
  }
}

/** Prints what is stored of one user; of secrets the names alone. */
export function showUser(config: Config, jid: string, terminal: Terminal): Promise<number> {
  return withStore(config, async (store) => {
    for (const account of await accountsOf(config, store, jid)) {
      terminal.print(`${account.owner} on ${account.domain}`);
      terminal.print(`  registered  ${account.registered ? 'yes' : 'no, in use without registration'}`);
      terminal.print(`  since       ${new Date(account.createdAt).toISOString()}`);
      terminal.print(`  language    ${account.language ?? 'as the client says'}`);
      terminal.print(`  settings    ${JSON.stringify(account.settings)}`);
      terminal.print(`  secrets     ${Object.keys(account.secrets).join(', ') || 'none'}`);
      terminal.print(`  stays in    ${Object.keys(account.stays).join(', ') || 'no rooms'}`);
    }
    return 0;
  });
}

/** Erases a user's accounts for good; asks first unless `assumeYes`. */
export function removeUser(
  config: Config,
  jid: string,
  assumeYes: boolean,
  terminal: Terminal,
): Promise<number> {
  return withStore(config, async (store) => {
    const accounts = await accountsOf(config, store, jid);
    const where = accounts.map(({ domain }) => domain).join(', ');
    if (!assumeYes) await confirm(`Erase everything of ${jid} on ${where} (yes or no)`, terminal);
    for (const { id } of accounts) await store.accounts.erase(id);
    const links = await LinkStore.open(config.data.folder, config.media.limits);
    for (const { domain, owner } of accounts) await links.forget(domain, owner);
    links.close();
    terminal.print(`Erased: ${jid} on ${where}`);
    return 0;
  });
}

async function accountsOf(config: Config, store: Store, text: string): Promise<readonly AccountRecord[]> {
  const owner = bareJid.safeParse(text);
  if (!owner.success) throw new UserError(`${text} is not a bare JID such as anna@example.org.`);
  const found = await Promise.all(
    config.components.map(({ domain }) => store.accounts.find(domain, owner.data)),
  );
  const accounts = found.filter((account) => account !== undefined);
  if (accounts.length === 0) throw new UserError(`${owner.data} has no account here.`);
  return accounts;
}

async function confirm(question: string, terminal: Terminal): Promise<void> {
  if (!terminal.interactive) throw new UserError('Add --yes to do this without being asked.');
  const interview = createInterview(terminal, false);
  try {
    const answer = await interview.answer(
      { flag: '--yes', text: question, check: () => undefined },
      undefined,
    );
    if (!/^y(es)?$/i.test(answer)) throw new UserError('Nothing was changed.');
  } finally {
    interview.close();
  }
}
