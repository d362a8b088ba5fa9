import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Api } from 'telegram';
import { type Fault, floodWait, HeldUpdates, held, losing, twice } from '../../servers/telegram/faults.js';
import { RpcFailure } from '../../servers/telegram/wire/schema.js';
import type { FaultStage } from './stage.js';
import type { Traffic } from './traffic.js';

/** How long a state of things lasts that is no single event (ms). */
const SPELL_MS = 1_500;
const SKEW_MS = 300_000;
const BURST = 200;

/** A kind of fault; `happen` resolves when all is as it should be again, but for what it has left behind. */
export interface FaultKind {
  readonly name: string;
  happen(stage: FaultStage, traffic: Traffic): Promise<void> | void;
}

const request = (name: string, what: { readonly className: string }, ...faults: readonly Fault[]) => ({
  name,
  happen: ({ telegram }: FaultStage) => telegram.faults.next(what, ...faults),
});

/** Something about all data centres for a while. */
const spell = (
  name: string,
  begin: (stage: FaultStage) => void,
  end: (stage: FaultStage) => void,
  ms = SPELL_MS,
): FaultKind => ({
  name,
  happen: async (stage) => {
    begin(stage);
    await pause(ms);
    end(stage);
  },
});

const delivery = (name: string, make: () => FaultStage['telegram']['faults']['delivery']) =>
  spell(
    name,
    ({ telegram }) => {
      telegram.faults.delivery = make();
    },
    ({ telegram }) => {
      telegram.faults.delivery = undefined;
    },
  );

const drop = ({ telegram }: FaultStage): void => {
  for (const centre of telegram.centres) centre.drop();
};

const serverError = (code: number, text: string): Fault => ({ kind: 'error', code, text });

const { SendMessage } = Api.messages;

/** Every kind of fault, in the order in which a run goes through them again and again. */
export const FAULT_KINDS: readonly FaultKind[] = [
  request('connection broken before a message was taken', SendMessage, { kind: 'refuse' }),
  request('connection broken after a message was taken', SendMessage, { kind: 'drop' }),
  request('connection broken in the middle of an answer', SendMessage, { kind: 'cut', bytes: 20 }),
  request('request swallowed', SendMessage, { kind: 'silence' }),
  request('answer swallowed', SendMessage, { kind: 'unanswered' }),
  request('answer swallowed, then refused', SendMessage, { kind: 'unanswered' }, floodWait(1)),
  { name: 'all connections broken', happen: drop },
  {
    name: 'connections broken again and again',
    happen: async (stage) => {
      for (let times = 0; times < 5; times += 1) {
        drop(stage);
        await pause(SPELL_MS / 5);
      }
    },
  },
  delivery('every second update lost', () => losing((index) => index % 2 === 0)),
  spell(
    'all updates lost',
    ({ telegram }) => {
      telegram.faults.loseUpdates = true;
    },
    ({ telegram }) => {
      telegram.faults.loseUpdates = false;
    },
  ),
  delivery('updates doubled', () => twice),
  {
    name: 'updates backwards',
    happen: async ({ telegram }) => {
      const late = new HeldUpdates();
      telegram.faults.delivery = late.deliver;
      await pause(SPELL_MS);
      telegram.faults.delivery = undefined;
      late.release('backwards');
    },
  },
  {
    name: 'updates late',
    happen: async ({ telegram }) => {
      const late = new HeldUpdates();
      telegram.faults.delivery = late.deliver;
      await pause(SPELL_MS);
      telegram.faults.delivery = undefined;
      late.release();
    },
  },
  {
    name: 'hundreds of updates in one piece',
    happen: ({ telegram }, traffic) => telegram.together(() => traffic.burst(BURST)),
  },
  {
    name: 'hundreds of messages at once, and the connection breaks',
    happen: (stage, traffic) => {
      traffic.burst(BURST);
      drop(stage);
    },
  },
  request('FLOOD_WAIT of a second', SendMessage, floodWait(1)),
  request('FLOOD_WAIT of five seconds', SendMessage, floodWait(5)),
  request('FLOOD_WAIT while catching up', Api.updates.GetDifference, floodWait(2)),
  request(
    'error of the server',
    SendMessage,
    serverError(500, 'RPC_CALL_FAIL'),
    serverError(-503, 'Timeout'),
  ),
  {
    name: 'error of the server while catching up',
    happen: (stage) => {
      stage.telegram.faults.next(Api.updates.GetDifference, serverError(500, 'RPC_CALL_FAIL'), {
        kind: 'drop',
      });
      drop(stage);
    },
  },
  { name: 'other salts', happen: ({ telegram }) => telegram.changeSalts() },
  {
    name: 'other salts, and the connection breaks',
    happen: (stage) => {
      stage.telegram.changeSalts();
      drop(stage);
    },
  },
  ...([SKEW_MS, -SKEW_MS] as const).flatMap((skew): readonly FaultKind[] => {
    const way = skew > 0 ? 'ahead' : 'behind';
    const begin = ({ telegram }: FaultStage): void => {
      telegram.clockAhead = skew;
    };
    const end = ({ telegram }: FaultStage): void => {
      telegram.clockAhead = 0;
    };
    return [
      spell(`clock five minutes ${way}`, begin, end),
      spell(
        `clock five minutes ${way}, and the connection breaks`,
        (stage) => {
          begin(stage);
          drop(stage);
        },
        end,
      ),
    ];
  }),
  spell(
    'too many connections (-429)',
    (stage) => {
      for (const centre of stage.telegram.centres) centre.transportError = -429;
      drop(stage);
    },
    ({ telegram }) => {
      for (const centre of telegram.centres) centre.transportError = undefined;
    },
  ),
  spell(
    'half-open connections',
    ({ telegram }) => {
      for (const centre of telegram.centres) centre.mute = true;
    },
    ({ telegram }) => {
      for (const centre of telegram.centres) centre.mute = false;
    },
    2 * SPELL_MS,
  ),
  spell(
    'data centres away',
    (stage) => {
      for (const centre of stage.telegram.centres) centre.away = true;
      drop(stage);
    },
    ({ telegram }) => {
      for (const centre of telegram.centres) centre.away = false;
    },
  ),
  {
    name: 'slow server',
    happen: async ({ telegram }) => {
      const holds = Array.from({ length: 10 }, () => held());
      telegram.faults.next(SendMessage, ...holds.map(({ fault }) => fault));
      await pause(SPELL_MS);
      for (const { release } of holds) release();
    },
  },
  {
    name: 'slow server that has acted already, and the connection breaks',
    happen: async (stage) => {
      const holds = Array.from({ length: 10 }, () => held({ acted: true }));
      stage.telegram.faults.next(SendMessage, ...holds.map(({ fault }) => fault));
      await pause(SPELL_MS);
      drop(stage);
      for (const { release } of holds) release();
    },
  },
  {
    name: 'difference too long',
    happen: async (stage) => {
      stage.telegram.tooLong = 0;
      stage.telegram.faults.loseUpdates = true;
      await pause(SPELL_MS / 2);
      stage.telegram.faults.loseUpdates = false;
      drop(stage);
      await pause(SPELL_MS);
      stage.telegram.tooLong = 5_000;
    },
  },
  {
    name: 'login at another data centre (PHONE_MIGRATE)',
    happen: async (stage) => {
      const { user, person } = stage.spare();
      if (await stage.register(user, person)) await stage.unregister(user);
    },
  },
  {
    name: 'session ended by another device (SESSION_REVOKED)',
    happen: async (stage) => {
      const { user, person } = stage.spare();
      if (!(await stage.register(user, person))) return;
      for (const one of [...stage.telegram.world.authorisations.values()])
        if (one.person === person.person) stage.telegram.revoke(one, new RpcFailure(401, 'SESSION_REVOKED'));
      await stage.unregister(user);
    },
  },
  {
    name: 'gateway killed and started',
    happen: async ({ gateway }) => {
      await gateway.kill();
      await gateway.start();
    },
  },
  {
    name: 'gateway killed while hundreds of messages come',
    happen: async ({ gateway }, traffic) => {
      traffic.burst(BURST);
      await pause(SPELL_MS / 10);
      await gateway.kill();
      await gateway.start();
    },
  },
  { name: 'gateway restarted', happen: (stage) => stage.restartGateway() },
  {
    name: 'gateway killed, data centres away at its start',
    happen: async ({ gateway, telegram }) => {
      await gateway.kill();
      for (const centre of telegram.centres) centre.away = true;
      await gateway.start();
      await pause(SPELL_MS / 3);
      for (const centre of telegram.centres) centre.away = false;
    },
  },
  {
    name: 'gateway stopped for a moment (SIGSTOP)',
    happen: async ({ gateway }) => {
      gateway.signal('SIGSTOP');
      await pause(SPELL_MS);
      gateway.signal('SIGCONT');
    },
  },
  { name: 'XMPP stream cut', happen: ({ xmpp }) => xmpp.cut() },
  { name: 'XMPP server restarted', happen: ({ xmpp }) => xmpp.restart(SPELL_MS / 2) },
  { name: 'XMPP server reads nothing', happen: ({ xmpp }) => xmpp.stall(SPELL_MS) },
  {
    name: 'XMPP stream and Telegram broken at once',
    happen: (stage) => {
      stage.xmpp.cut();
      drop(stage);
    },
  },
  {
    name: 'disk full',
    happen: async ({ disk }) => {
      if (!disk) return;
      const filler = join(disk.path, 'filler');
      fill(filler);
      await pause(SPELL_MS);
      rmSync(filler, { force: true });
    },
  },
  {
    name: 'disk full, and the gateway killed',
    happen: async ({ disk, gateway }) => {
      if (!disk) return;
      const filler = join(disk.path, 'filler');
      fill(filler);
      await pause(SPELL_MS / 2);
      await gateway.kill();
      rmSync(filler, { force: true });
      await gateway.start();
    },
  },
];

/** Until there is no more room. */
function fill(file: string): void {
  writeFileSync(file, '');
  const handle = openSync(file, 'a');
  try {
    for (const size of [1_000_000, 10_000, 100])
      try {
        for (;;) writeSync(handle, Buffer.alloc(size));
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      }
  } finally {
    closeSync(handle);
  }
}
