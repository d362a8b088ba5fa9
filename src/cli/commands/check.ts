import { loadConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import { networks } from '../../registry.js';
import { askGateway } from '../control.js';
import { checkComponent } from '../doctor/component.js';
import { checkDomain, checkServerHost } from '../doctor/dns.js';
import { type Finding, fail, ok, printFinding } from '../doctor/finding.js';
import { checkHttp, networkAdvice } from '../doctor/http.js';
import { checkConfigFile, checkDatabase, checkDataFolder, checkKey } from '../doctor/local.js';
import type { Terminal } from '../terminal.js';

/** Flags of `isthmus check`. */
export interface CheckOptions {
  readonly config: string;
  /** Print only what is not well. */
  readonly quiet?: boolean;
}

/** The doctor: looks at everything that can be wrong, each with what to do about it. 0: nothing has failed. */
export async function check({ config: file, quiet }: CheckOptions, terminal: Terminal): Promise<number> {
  const config = await loadConfig(file, { environment: process.env, networks });
  let failed = false;
  const report = (finding: Finding) => {
    failed ||= finding.level === 'fail';
    if (quiet !== true || finding.level === 'fail') printFinding(finding, terminal);
  };
  for (const look of [checkConfigFile, checkKey, checkDataFolder, checkDatabase, checkServerHost])
    report(await look(config));
  for (const { domain } of config.components) report(await checkDomain(domain));
  const running = await askGateway(config.data.folder);
  for (const finding of await checkHttp(config, running !== undefined)) report(finding);
  for (const finding of networkAdvice(config)) report(finding);
  for (const finding of await checkComponents(config, running)) report(finding);
  if (quiet !== true)
    terminal.print(
      failed ? '\nSomething does not work yet; see the lines marked FAIL.' : '\nNothing stands in the way.',
    );
  return failed ? 1 : 0;
}

async function checkComponents(
  config: Config,
  running: Awaited<ReturnType<typeof askGateway>>,
): Promise<readonly Finding[]> {
  if (running === undefined) {
    const found = await Promise.all(config.components.map((component) => checkComponent(config, component)));
    return found.flat();
  }
  return [
    ok(
      `the gateway runs (process ${running.pid}, version ${running.version}); what the server grants is asked only while it does not`,
    ),
    ...config.components.map(({ domain }) => {
      const state = running.domains[domain];
      if (state === 'online') return ok(`${domain}: attached to the server`);
      if (state === undefined)
        return fail(
          `${domain}: not served by the running gateway`,
          'Restart it to take the changed configuration.',
        );
      return fail(
        `${domain}: ${state}`,
        'Its log says why; stop it and run this check again for a closer look.',
      );
    }),
  ];
}
