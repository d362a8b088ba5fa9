import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import type { GroupPlace } from '../../servers/telegram/world/world.js';
import { SlixmppRoom } from '../../support/clients/slixmpp-room.js';
import { TelegramView } from '../../support/clients/telegram-view.js';
import { Weechat } from '../../support/clients/weechat.js';
import { TelegramRelayStage } from '../../support/relay/telegram-relay-stage.js';

const TRANSCRIPT = '../../../docs/relay-transcript.md';
const CHANNEL = '#tea';
/** How long a step may take until everybody has seen it (ms). */
const STEP_MS = 20_000;

/** A client, as the transcript shows it. */
interface Seen {
  readonly title: string;
  shown(): Promise<readonly string[]>;
}

/** One thing that somebody does, and what every client has shown of it. */
interface Row {
  readonly doing: string;
  readonly cells: readonly (readonly string[])[];
}

describe('one conversation, seen from three clients', { timeout: 120_000 }, () => {
  let stage: TelegramRelayStage;
  let ada: SlixmppRoom;
  let robin: Weechat;
  let juliet: ScriptedPerson;
  let phone: TelegramView;
  let group: GroupPlace;
  let clients: readonly Seen[];
  const rows: Row[] = [];

  beforeAll(async () => {
    stage = await TelegramRelayStage.start({
      ...{ irc: true, httpUpload: true, relay: { puppets: { most: 10 } } },
      config: { media: { allowHosts: ['127.0.0.1'] } },
    });
    const { server, irc } = stage;
    if (!irc) throw new Error('there is no IRC');
    juliet = stage.telegram.person('Juliet');
    await stage.logIn();
    group = juliet.as.createsGroup('Tea', stage.bot);
    const room = stage.room('tea');
    const at = { server, room, upload: 'upload.localhost' };
    [ada, robin] = await Promise.all([
      SlixmppRoom.start({ ...at, user: 'alice', nick: 'Ada' }),
      Weechat.start({ server: irc, nick: 'robin', channel: CHANNEL }),
    ]);
    phone = new TelegramView(juliet, group);
    clients = [
      { title: 'Ada, in a room on Prosody', shown: () => ada.shown() },
      { title: `robin, in ${CHANNEL} on ngIRCd`, shown: () => robin.shown() },
      { title: 'Juliet, in a group of Telegram', shown: () => phone.shown() },
    ];
    await stage.link(room, stage.channel(CHANNEL));
    await stage.link(room, stage.jid(group));
    for (const client of clients) await client.shown();
  }, 120_000);
  afterAll(async () => {
    await Promise.all([ada.stop(), robin.stop()]);
    await stage.stop();
  });

  /** Lets somebody do something, until every client has shown what is expected of it. */
  async function step(doing: string, work: () => unknown, ...expected: readonly RegExp[]): Promise<void> {
    const cells = clients.map((): string[] => []);
    await work();
    const look = async (): Promise<readonly string[]> => {
      for (const [index, client] of clients.entries())
        cells[index]?.push(...(await client.shown()).map(plain));
      return cells.map((lines) => lines.join('\n'));
    };
    await expect
      .poll(look, { timeout: STEP_MS })
      .toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
    rows.push({ doing, cells });
  }

  it('is as the documentation has it', async () => {
    const { samples } = stage.telegram;
    await step(
      'Ada says something',
      () => ada.do({ do: 'say', text: 'Tea is ready, who comes?' }),
      /Ada: Tea/,
      /Ada │ Tea/,
      /Ada\*\*: Tea/,
    );
    await step(
      'robin says something',
      () => robin.type('two minutes, Ada'),
      /robin: two/,
      /robin │ two/,
      /robin\*\*: two/,
    );
    await step(
      'Juliet answers Ada',
      () => juliet.answers(phone.said('Tea is ready'), 'I do!', group),
      /Juliet answers .*: I do!/,
      /Juliet .*I do!/,
      /Juliet answers .*: I do!/,
    );
    await step(
      'Ada answers Juliet',
      () => ada.do({ do: 'reply', of: 'I do!', text: 'And bring the *good* biscuits' }),
      /Ada answers/,
      /biscuits/,
      /biscuits/,
    );
    await step(
      'Ada corrects her words',
      () => ada.do({ do: 'correct', of: 'And bring', text: 'And bring the *best* biscuits' }),
      /Ada corrects/,
      /best/,
      /best/,
    );
    await step(
      'Juliet edits hers',
      () => juliet.edits(phone.said('I do!'), 'I do, with biscuits!'),
      /Juliet corrects/,
      /with biscuits/,
      /with biscuits/,
    );
    await step(
      'Juliet reacts to words of Ada’s',
      () => juliet.reacts(phone.said('biscuits'), '❤'),
      /Juliet reacts/,
      /Juliet reacted/,
      /❤/,
    );
    await step(
      'Ada reacts to words of Juliet’s',
      () => ada.do({ do: 'react', of: 'I do', emoji: '👍' }),
      /Ada reacts/,
      /Ada reacted/,
      /👍/,
    );
    await step(
      'Ada shares a file',
      () => ada.do({ do: 'share', name: 'recipe.txt', type: 'text/plain', content: 'Take tea.' }),
      /shares a file/,
      /recipe\.txt/,
      /\[file\]|recipe/,
    );
    await step(
      'Juliet sends a photo',
      () => juliet.says(samples.photo({ bytes: PIXEL, width: 1, height: 1 }), group),
      /Juliet shares a file/,
      /Juliet .*http/,
      /\[photo\]/,
    );
    await step(
      'robin calls out to Juliet',
      () => robin.type('Juliet: look at the recipe'),
      /robin: /,
      /robin │ Juliet/,
      /look at/,
    );
    await step(
      'Juliet deletes hers',
      () => juliet.deletes(phone.said('I do')),
      /Juliet removed/,
      /taken back/,
      /is gone/,
    );
    await step(
      'Ada takes hers back',
      () => ada.do({ do: 'retract', of: 'And bring' }),
      /Ada removed/,
      /taken back/,
      /is gone/,
    );
    await expect(transcript(clients, rows)).toMatchFileSnapshot(TRANSCRIPT);
  });
});

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Without what differs from run to run: ports and names of uploads. */
function plain(line: string): string {
  return line.replace(/http:\/\/127\.0\.0\.1:\d+\/\S*\/(\S+)/g, 'https://upload.example.org/…/$1');
}

/** The document. */
function transcript(clients: readonly Seen[], rows: readonly Row[]): string {
  const table = rows.map(
    ({ doing, cells }) =>
      `| ${doing} | ${cells.map((lines) => lines.map(cell).join('<br>') || '—').join(' | ')} |`,
  );
  return `# One conversation, seen from three clients

A relay of three legs: a room on Prosody, a channel on ngIRCd, a group on the Telegram of the tests with the relay's bot in it. Ada uses a client made of python3-slixmpp, robin uses WeeChat, Juliet's column is what her client has been told by Telegram. Each row is one thing that somebody does, and the lines that each client shows of it, in its own way of showing things. Written, and compared at each run, by \`test/scenario/clients/relay-transcript.test.ts\`; only times and the addresses of uploads are made alike.

| what is done | ${clients.map(({ title }) => title).join(' | ')} |
|---|${clients.map(() => '---|').join('')}
${table.join('\n')}
`;
}

/** As a cell of a table takes it. */
function cell(line: string): string {
  return line.replace(/[|*_\\`<>~]/g, (character) => `\\${character}`);
}
