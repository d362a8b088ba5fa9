import { chmodSync } from 'node:fs';
import { createWorkspace, Daemon, freePort, LOOPBACK, waitForPort } from './process.js';

/** A running Rspamd. */
export interface Rspamd {
  /** Of its normal worker, which speaks HTTP. */
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Does what the mail itself asks for, and tells with which facts it was asked. */
const RULES = `
rspamd_config:register_symbol{
  name = 'SCENARIO',
  type = 'prefilter',
  callback = function(task)
    local action = task:get_header('X-Scenario')
    if action then
      local from = task:get_from('smtp')
      local rcpt = task:get_recipients('smtp')
      local facts = string.format('%s %s %s %s', tostring(task:get_ip()), tostring(task:get_helo()),
        from and from[1] and from[1].addr or '-', rcpt and rcpt[1] and rcpt[1].addr or '-')
      task:set_pre_result(action, facts)
    end
  end
}
`;

/** Starts an Rspamd whose only rule is the header X-Scenario: it names the action. */
export async function startRspamd(): Promise<Rspamd> {
  const workspace = createWorkspace('rspamd');
  const port = await freePort();
  // Its workers are another user.
  chmodSync(workspace.path, 0o777);
  const rules = workspace.write('rules.lua', RULES);
  // The list of all top-level domains takes seconds to compile.
  const domains = workspace.write('domains', 'org\ntest\n');
  const config = workspace.write(
    'rspamd.conf',
    `options {
  pidfile = "${workspace.file('pid')}";
  control_socket = "${workspace.file('control')} mode=0600";
  cache_file = "${workspace.file('symbols')}";
  hs_cache_dir = "${workspace.path}";
  tempdir = "${workspace.path}";
  url_tld = "${domains}";
  disable_hyperscan = true;
  filters = "";
  dns { nameserver = ["${LOOPBACK}"]; timeout = 1s; }
}
logging { type = "console"; level = "notice"; }
worker "normal" { bind_socket = "${LOOPBACK}:${port}"; count = 1; }
lua = "${rules}";
`,
  );
  const root = process.getuid?.() === 0;
  const daemon = await Daemon.start({
    name: 'rspamd',
    command: 'rspamd',
    args: ['-f', '-c', config, ...(root ? ['-u', '_rspamd', '-g', '_rspamd'] : [])],
    workspace,
    ready: (_daemon, signal) => waitForPort(port, { signal }),
  });
  return {
    url: `http://${LOOPBACK}:${port}`,
    stop: () => daemon.stop(),
    start: () => daemon.start(),
  };
}
