import { Daemon } from './daemon.js';
import type { RunningRooms, Subject } from './subject.js';

/** Self-test of the stubs: a relay that does next to nothing shows the most that they can do. */
export const passthrough: Subject = {
  name: 'passthrough',

  probe() {
    return { version: 'self-test of the stubs' };
  },

  start(setting): RunningRooms {
    const relay = new URL('./passthrough-relay.js', import.meta.url).pathname;
    const daemon = new Daemon(
      setting.dataFolder,
      process.execPath,
      [relay, String(setting.xmppPort), setting.ircHost, String(setting.ircPort)],
      {},
    );
    return { process: daemon, archived: () => 0 };
  },
};
