import type { EmailRig } from '../harness/email-rig.js';
import { memoryAtRest } from '../harness/memory.js';
import type { SeenFile } from '../stubs/mail-world.js';
import type { EmailMeasurement, Figure } from './measurement.js';

const KIB = 1_024;
const MICROS = 1_000_000;
const FILE_BYTES = 25_000_000;
/** Files at a time; from users who do nothing else. */
const SEVERAL = 4;

/** A file of 25 MB by mail into a link, and from a link into a mail: what it takes of memory on its way. */
export const largeFiles: EmailMeasurement = {
  name: 'large-files',
  network: 'email',
  have: 'addresses',
  measure,
};

interface Passed {
  readonly seconds: number;
  /** KiB above what was resident before. */
  readonly above: number;
  readonly files: readonly SeenFile[];
}

async function measure(rig: EmailRig): Promise<readonly Figure[]> {
  await rig.during(rig.users.call('register', { users: SEVERAL, window: SEVERAL }, rig.stepMs));
  const file = await rig.world.call('makeFile', { bytes: FILE_BYTES }, rig.stepMs);
  const figures: Figure[] = [];
  // The first ones of all load and compile what the others find done.
  for (const [what, count] of [
    ['the first file of 25 MB', 1],
    ['another file of 25 MB', 1],
    [`${SEVERAL} files of 25 MB at once`, SEVERAL],
  ] as const) {
    figures.push(...figuresOf(`${what} in`, file, count, await inbound(rig, count)));
    figures.push(...figuresOf(`${what} out`, file, count, await outbound(rig, count)));
  }
  return figures;
}

/** Mails with the file become links, which the stub follows. */
async function inbound(rig: EmailRig, count: number): Promise<Passed> {
  const { stepMs } = rig;
  await rig.reset();
  const rest = await memoryAtRest(rig);
  const { peak, result } = await rig.peakDuring(async () => {
    const arrived = rig.users.call('expectLinks', { count }, stepMs);
    const { startedAt } = await rig.world.call('sendFile', { users: count }, stepMs);
    const { finishedAt, links } = await arrived;
    const files: SeenFile[] = [];
    for (const url of links) files.push(await rig.world.call('fetch', { url }, stepMs));
    return { startedAt, finishedAt, files };
  });
  const { startedAt, finishedAt, files } = result;
  return { seconds: (finishedAt - startedAt) / MICROS, above: peak - rest, files };
}

/** Links of users become mails with the file. */
async function outbound(rig: EmailRig, count: number): Promise<Passed> {
  const { stepMs } = rig;
  await rig.reset();
  const rest = await memoryAtRest(rig);
  const { peak, result } = await rig.peakDuring(async () => {
    const arrived = rig.world.call('expectFiles', { count }, stepMs);
    const users = Array.from({ length: count }, (_, user) => user);
    const sent = users.map((user) => rig.users.call('sendLink', { user, url: rig.fileLink }, stepMs));
    const [first] = await Promise.all(sent);
    return { startedAt: first?.startedAt ?? 0, ...(await arrived) };
  });
  const { startedAt, finishedAt, files } = result;
  return { seconds: (finishedAt - startedAt) / MICROS, above: peak - rest, files };
}

function figuresOf(title: string, file: SeenFile, count: number, passed: Passed): readonly Figure[] {
  const whole = passed.files.filter(({ sha256 }) => sha256 === file.sha256).length;
  return [
    {
      title: `${title}: whole`,
      unit: 'files',
      value: whole,
      target: { value: 'exactly', bound: count },
    },
    { title: `${title}: time`, unit: 's', value: passed.seconds },
    { title: `${title}: memory above rest at its peak`, unit: 'MiB', value: passed.above / KIB },
  ];
}
