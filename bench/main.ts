import { EmailRig } from './harness/email-rig.js';
import { openFileLimit } from './harness/process-stats.js';
import { RelayRig } from './harness/relay-rig.js';
import { Rig } from './harness/rig.js';
import { SmsRig } from './harness/sms-rig.js';
import { TelegramRig } from './harness/telegram-rig.js';
import { describeMachine } from './machine.js';
import { churn } from './measurements/churn.js';
import { crowd } from './measurements/crowd.js';
import { largeFiles } from './measurements/large-files.js';
import { largeRoom } from './measurements/large-room.js';
import { latency } from './measurements/latency.js';
import { mailboxes } from './measurements/mailboxes.js';
import { mails } from './measurements/mails.js';
import type { Figure, Measurement, Scale } from './measurements/measurement.js';
import { netsplit } from './measurements/netsplit.js';
import { relay } from './measurements/relay.js';
import { restart } from './measurements/restart.js';
import { standIns } from './measurements/stand-ins.js';
import { telegram } from './measurements/telegram.js';
import { telegramIdle } from './measurements/telegram-idle.js';
import { texts } from './measurements/texts.js';
import { throughput } from './measurements/throughput.js';
import { visible } from './measurements/visible.js';
import { type Options, readOptions, USAGE } from './options.js';
import { type Result, renderFigure, renderTable } from './report.js';
import { biboumi } from './subjects/biboumi.js';
import { isthmus } from './subjects/isthmus.js';
import { passthrough } from './subjects/passthrough.js';
import type { Subject } from './subjects/subject.js';

const STEP_MS = 180_000;
const SPARE_FILES = 200;
const SUBJECTS = { biboumi, isthmus, passthrough };

function measurementsOf(scale: Scale): readonly Measurement[] {
  return [
    throughput('in', true),
    throughput('out', true),
    throughput('in', false),
    throughput('out', false),
    latency(true),
    latency(false),
    ...scale.crowds.map((users, index) => crowd(users, index === scale.crowds.length - 1)),
    visible,
    churn,
    texts,
    restart,
    mails,
    mailboxes,
    largeFiles,
    telegram,
    telegramIdle,
    relay,
    netsplit,
    largeRoom,
    standIns,
  ];
}

function withinFileLimit(scale: Scale): Scale {
  const most = openFileLimit() - SPARE_FILES;
  const crowds = scale.crowds.filter((users) => users <= most);
  if (crowds.length < scale.crowds.length) {
    console.log(`Skipping the crowds above ${most} users: raise the limit of open files (ulimit -Hn).`);
  }
  return { ...scale, crowds };
}

/** A loopback address of this process's own, so that its IRC server has the usual port to itself. */
function ownLoopbackAddress(): string {
  return `127.77.${(process.pid >> 8) & 0xff}.${(process.pid & 0x7f) + 1}`;
}

async function measure(
  measurement: Measurement,
  subject: Subject,
  options: Options,
  scale: Scale,
): Promise<readonly Figure[]> {
  console.log(`${measurement.name}: ${subject.name} …`);
  const rig = { workFolder: options.workFolder, stepMs: STEP_MS };
  try {
    const figures = await figuresOf(measurement, rig, subject, scale);
    for (const figure of figures) console.log(`  ${renderFigure(figure)}`);
    return figures;
  } catch (error) {
    console.log(`  failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
    return [];
  }
}

/** Starts what the measurement needs, and measures. */
function figuresOf(
  measurement: Measurement,
  rig: { readonly workFolder: string; readonly stepMs: number },
  subject: Subject,
  scale: Scale,
): Promise<readonly Figure[]> {
  switch (measurement.network) {
    case 'sms':
      return SmsRig.with(rig, (running) => measurement.measure(running, scale));
    case 'email':
      return EmailRig.with({ ...rig, have: measurement.have }, (running) =>
        measurement.measure(running, scale),
      );
    case 'telegram':
      return TelegramRig.with({ ...rig, unlimited: measurement.unlimited }, (running) =>
        measurement.measure(running, scale),
      );
    case 'relay':
      return RelayRig.with({ ...rig, setting: measurement.setting(scale) }, (running) =>
        measurement.measure(running, scale),
      );
    case 'irc':
      return Rig.with(
        { ...rig, subject, ircHost: ownLoopbackAddress(), archive: measurement.archive },
        (running) => measurement.measure(running, scale),
      );
  }
}

async function main(options: Options & { readonly list: boolean }): Promise<void> {
  const scale = withinFileLimit(options.scale);
  const { only } = options;
  const measurements = measurementsOf(scale).filter(
    ({ name }) => only.length === 0 || only.some((prefix) => name.startsWith(prefix)),
  );
  if (options.help || options.list) {
    console.log(options.help ? USAGE : measurements.map(({ name }) => name).join('\n'));
    return;
  }
  const subjects = options.subjects
    .map((name) => SUBJECTS[name])
    .filter((subject) => {
      const probed = subject.probe();
      if ('missing' in probed) console.log(`Skipping ${subject.name}: ${probed.missing}.`);
      return 'version' in probed;
    });
  const results: Result[] = [];
  for (const measurement of measurements) {
    for (const subject of subjects) {
      if (measurement.network !== 'irc' && subject !== isthmus) continue;
      const figures = await measure(measurement, subject, options, scale);
      results.push(...figures.map((figure) => ({ subject: subject.name, figure })));
    }
  }
  console.log(`\n${describeMachine(subjects).join('\n')}\n`);
  console.log(renderTable(results, options.subjects));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
