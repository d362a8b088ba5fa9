import { Api } from 'telegram';
import type { Words } from '../world/posting.js';
import type { Scene } from './scene.js';

/** What somebody does at a word, and how the list of words calls it. */
export interface Word {
  readonly about: string;
  act(scene: Scene): unknown;
}

/** Seconds after which something that vanishes is gone. */
const VANISHES = 10;
/** Most messages that one word brings. */
const MOST_IN_A_ROW = 200;
/** Characters of the longest message there is (core.telegram.org/api/config, message_length_max). */
const LONGEST = 4_096;

/** Files and the like. */
const THINGS: Readonly<Record<string, Word>> = {
  photo: {
    about: 'a photo with words under it',
    act: (scene) => scene.says({ ...photos(scene)[0], text: 'Where I would like to be.' }),
  },
  album: {
    about: 'three photos as one',
    act: (scene) => scene.speaker.sendsAlbum(photos(scene), scene.where, 'My holidays'),
  },
  sticker: {
    about: 'a sticker',
    act: (scene) => scene.says(scene.server.samples.sticker({ source: scene.media.sticker }, '🍵')),
  },
  animated: {
    about: 'a sticker that moves',
    act: (scene) => {
      const { animated: source } = scene.media;
      scene.says(scene.server.samples.sticker({ source, mediaType: 'application/x-tgsticker' }, '🎉'));
    },
  },
  voice: {
    about: 'a voice message, in which nothing is said',
    act: (scene) => scene.says(scene.server.samples.voice(scene.media.voice)),
  },
  file: {
    about: 'a text file',
    act: (scene) => {
      const source = Buffer.from('One spoon for each cup, and one for the pot.\n');
      scene.says(scene.server.samples.document({ source, mediaType: 'text/plain', name: 'tea.txt' }));
    },
  },
  location: {
    about: 'a place',
    act: (scene) => {
      const venue = { title: 'Royal Observatory', address: 'Blackheath Ave, London' };
      scene.says(scene.server.samples.location(51.4769, -0.0005, venue));
    },
  },
  contact: {
    about: 'somebody’s telephone number',
    act: (scene) => scene.says(scene.server.samples.contact('12025550112', 'Carol')),
  },
  poll: {
    about: 'a poll; vote in it',
    act: (scene) => scene.says(scene.server.samples.poll('Which tea?', ['Green', 'Black', 'None'])),
  },
  quiz: {
    about: 'a question with one right answer',
    act: (scene) =>
      scene.says(scene.server.samples.poll('How hot for green tea?', ['100 °C', '75 °C'], { correct: 1 })),
  },
  vanish: {
    about: 'a photo that is gone once it is seen',
    act: (scene) => {
      const [landscape] = scene.media.landscapes;
      if (landscape) scene.says(scene.server.samples.photo({ ...landscape, vanishes: VANISHES }));
    },
  },
  link: {
    about: 'a link with its preview',
    act: (scene) => scene.says(scene.server.samples.page('https://example.org/tea', 'All about tea')),
  },
};

/** What happens to messages, and around them. */
const DEEDS: Readonly<Record<string, Word>> = {
  edit: {
    about: 'a message that changes',
    act: async (scene) => {
      const said = scene.says('The kettle is on.');
      await scene.thinks();
      scene.speaker.edits(said, 'The tea is ready.');
    },
  },
  delete: {
    about: 'a message that is taken back',
    act: async (scene) => {
      const said = scene.says('I should not say this.');
      await scene.thinks();
      scene.speaker.deletes(said);
    },
  },
  react: {
    about: 'a reaction to what you said, and another instead',
    act: async (scene) => {
      scene.speaker.reacts(scene.said, '👍');
      await scene.thinks();
      scene.speaker.reacts(scene.said, '🔥');
    },
  },
  reply: {
    about: 'an answer to your very message',
    act: (scene) => scene.answers('This is what I answer.', scene.said.message.text.slice(0, 'reply'.length)),
  },
  forward: {
    about: 'something of somebody else',
    act: (scene) => {
      const source = scene.server.person('Trudy');
      const said = source.says('Tea was discovered by accident.', scene.speaker);
      scene.speaker.forwards(said, source, scene.where);
    },
  },
  typing: {
    about: 'writing without a word, then recording',
    act: async (scene) => {
      scene.types();
      await scene.thinks();
      scene.types(new Api.SendMessageRecordAudioAction());
      await scene.thinks();
      scene.types(new Api.SendMessageCancelAction());
    },
  },
  silent: {
    about: 'a message without a sound',
    act: (scene) => scene.says('Psst.', { silent: true }),
  },
  pin: {
    about: 'a message that is pinned',
    act: (scene) => scene.speaker.pins(scene.says('Remember this.')),
  },
  call: {
    about: 'a call that you have missed',
    act: ({ speaker, where }) => speaker.calls(where, { missed: true }),
  },
  styled: { about: 'bold, italic and the like', act: (scene) => scene.says(styled()) },
  long: { about: 'the longest message there is', act: (scene) => scene.says('tea '.repeat(LONGEST / 4)) },
  many: {
    about: 'many messages in a row, as in: many 20',
    act: (scene) => {
      const wanted = Number.parseInt(scene.rest, 10) || 10;
      for (let index = 1; index <= Math.min(wanted, MOST_IN_A_ROW); index += 1) scene.says(`Number ${index}`);
    },
  },
  rename: {
    about: 'another name for whom you speak to, as in: rename Al',
    act: (scene) => {
      scene.speaker.renames({ firstName: scene.rest || `${scene.speaker.person.firstName} the Great` });
      scene.says('Call me that.');
    },
  },
  buttons: {
    about: 'where buttons are',
    act: (scene) => scene.says('Only bots have buttons: say something to @tea_bot.'),
  },
};

/** Everything that people do when they are told so. */
export const WORDS: ReadonlyMap<string, Word> = new Map(
  Object.entries({
    help: { about: 'this list', act: (scene: Scene) => scene.says(helpText()) },
    ...THINGS,
    ...DEEDS,
  }),
);

function helpText(): string {
  const lines = [...WORDS].map(([word, { about }]) => `${word} — ${about}`);
  return ['Send me one of these words, here or in a group:', ...lines].join('\n');
}

function photos({ server, media }: Scene): readonly Words[] {
  return media.landscapes.map((landscape) => server.samples.photo(landscape));
}

function styled(): Words {
  const parts: readonly (readonly [
    string,
    (place: { offset: number; length: number }) => Api.TypeMessageEntity,
  ])[] = [
    ['bold', (place) => new Api.MessageEntityBold(place)],
    ['italic', (place) => new Api.MessageEntityItalic(place)],
    ['struck', (place) => new Api.MessageEntityStrike(place)],
    ['code', (place) => new Api.MessageEntityCode(place)],
    ['hidden', (place) => new Api.MessageEntitySpoiler(place)],
    ['a link', (place) => new Api.MessageEntityTextUrl({ ...place, url: 'https://example.org/' })],
  ];
  let text = '';
  const entities = parts.map(([word, entity]) => {
    if (text !== '') text += ', ';
    const made = entity({ offset: text.length, length: word.length });
    text += word;
    return made;
  });
  return { text, entities };
}
