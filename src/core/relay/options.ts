import { z } from 'zod';
import { configuredSettings } from './settings.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const milliseconds = z.int().min(1);
const count = z.int().min(0);

const standIns = z.strictObject({
  most: count.default(50).describe('In one foreign room at a time; 0: the relay tells everything itself.'),
  idleMs: milliseconds.default(HOUR_MS).describe('How long one stays without a word (ms).'),
  refusedMs: milliseconds
    .default(10 * MINUTE_MS)
    .describe('How long a room is not asked again to let one in (ms).'),
});

const puppets = z.strictObject({
  most: count
    .default(0)
    .describe('In one room of a network at a time; agree on it with the network. 0: one connection for all.'),
  idleMs: milliseconds.default(HOUR_MS).describe('How long one stays without a word (ms).'),
  refusedMs: milliseconds
    .default(10 * MINUTE_MS)
    .describe('How long one that failed is not tried again (ms).'),
  joinMs: milliseconds.default(30 * SECOND_MS).describe('How long one may take to come in (ms).'),
  waitMs: milliseconds
    .default(10 * SECOND_MS)
    .describe('How long his first words wait for that; then the relay tells them (ms).'),
  throttledMs: milliseconds
    .default(MINUTE_MS)
    .describe('How long none is tried after the network refused more connections (ms).'),
  restMs: milliseconds
    .default(5 * MINUTE_MS)
    .describe('How long one must have been silent to make room for somebody else (ms).'),
});

const queue = z.strictObject({
  mostLoaded: z.int().min(1).default(200).describe('Messages for one leg that are held in memory.'),
  backlog: z
    .int()
    .min(1)
    .default(200)
    .describe('Messages told to a leg that was away; older ones are summed up.'),
  lateMs: milliseconds.default(MINUTE_MS).describe('From when on a message is told with its time (ms).'),
  pauseFirstMs: milliseconds.default(2 * SECOND_MS).describe('First pause between tries (ms).'),
  pauseLastMs: milliseconds.default(5 * MINUTE_MS).describe('Longest pause between tries (ms).'),
});

const limits = z.strictObject({
  joinMs: milliseconds
    .default(30 * SECOND_MS)
    .describe('How long a foreign room may take to let one in (ms).'),
  reflectMs: milliseconds
    .default(15 * SECOND_MS)
    .describe('How long a foreign room may take to show what was said (ms).'),
  pingMs: milliseconds
    .default(5 * MINUTE_MS)
    .describe('Between two looks whether the relay is still in (ms).'),
  retryFirstMs: milliseconds.default(5 * SECOND_MS).describe('First pause before coming in again (ms).'),
  retryLastMs: milliseconds.default(10 * MINUTE_MS).describe('Longest such pause (ms).'),
  mostMembers: z.int().min(1).default(10_000).describe('People of one room that are remembered.'),
  messageLength: z
    .int()
    .min(100)
    .default(10_000)
    .describe('Longest message in a foreign room (UTF-16 units).'),
  window: z.int().min(1).default(8).describe('Messages that may be on their way to a foreign room at once.'),
  mostCaughtUp: count
    .default(500)
    .describe('Messages read from the archive of a foreign room, of those said while the gateway was away.'),
  catchUpMs: milliseconds
    .default(24 * HOUR_MS)
    .describe('How far back foreign rooms are asked what was said while the gateway was away (ms).'),
  legs: z.int().min(2).default(20).describe('Legs of one relay.'),
  relays: z.int().min(1).default(200).describe('Relays in all.'),
  lettersMs: milliseconds
    .default(2 * MINUTE_MS)
    .describe('How long words wait for more where they are mailed, counted from the last ones (ms).'),
  loginMs: milliseconds
    .default(MINUTE_MS)
    .describe('Between tries to log in an account of the configuration while its network is away (ms).'),
  relaysPerUser: z
    .int()
    .min(0)
    .default(10)
    .describe('Relays that one person may have made by asking for them.'),
  settleMs: milliseconds
    .default(20 * SECOND_MS)
    .describe('How long the answer to a link waits for the relay to come into the rooms (ms).'),
  standbyMs: milliseconds
    .default(10 * SECOND_MS)
    .describe('How long another gateway that joins the same rooms may take to tell something (ms).'),
  distrustMs: milliseconds
    .default(HOUR_MS)
    .describe('How long one that did not tell it is not relied upon (ms).'),
  consentMs: milliseconds.default(HOUR_MS).describe('How long a code for a link is good (ms).'),
  codeTries: z
    .int()
    .min(1)
    .default(5)
    .describe(
      'Wrong codes said in a room, or right ones by people without rights there, before a code is void.',
    ),
  questions: count.default(50).describe('Links that wait for a code.'),
  questionsPerUser: count.default(3).describe('Links of one person that wait for a code.'),
  visits: count
    .default(50)
    .describe('Rooms that the relay is in without their being legs: it was invited, or waits for a code.'),
  visitMs: milliseconds
    .default(10 * MINUTE_MS)
    .describe('How long the relay stays where it was invited when nothing is linked (ms).'),
  wordsMs: milliseconds
    .default(MINUTE_MS)
    .describe('How old words to the relay may be and still be done (ms).'),
  answersPerMinute: z.int().min(1).default(20).describe('Answers of the relay in one room in a minute.'),
});

const moderation = z.strictObject({
  kickMs: milliseconds
    .default(10 * MINUTE_MS)
    .describe('How long nothing is told of somebody whose stand-in was made to go (ms).'),
});

const words = z.strictObject({
  length: z.int().min(100).default(20_000).describe('Characters (UTF-16 units).'),
  lines: z.int().min(1).default(200).describe('Lines.'),
  files: count.default(20).describe('Files.'),
  mentions: count.default(50).describe('People who are called; further ones are only named.'),
});

const flood = z.strictObject({
  perMinute: z.int().min(1).default(60).describe('Messages of one speaker in a minute, in the long run.'),
  burst: z.int().min(1).default(30).describe('Messages of one speaker at once.'),
  legPerMinute: z
    .int()
    .min(1)
    .default(20_000)
    .describe('Messages of one whole room in a minute, in the long run.'),
  legBurst: z.int().min(1).default(3_000).describe('Messages of one whole room at once.'),
  echoMs: milliseconds
    .default(30 * SECOND_MS)
    .describe('How long it is remembered what has crossed, to know it again when it comes back (ms).'),
  storm: z
    .int()
    .min(2)
    .default(8)
    .describe('So often within that time, the same words of one speaker go round in a circle.'),
  stormMs: milliseconds.default(10 * MINUTE_MS).describe('How long such a speaker is not carried (ms).'),
  words: words.prefault({}).describe('The most of one message; the rest is cut off.'),
});

const hosted = z.strictObject({
  creators: z
    .enum(['operators', 'everybody'])
    .default('operators')
    .describe("Who may make rooms on the relays' own domain."),
  perUser: z.int().min(1).default(5).describe('Such rooms of one user.'),
  mostOccupants: z.int().min(2).default(5_000).describe('People in one such room.'),
  mostStandIns: count
    .default(500)
    .describe('People of other legs in one such room at a time; the relay speaks for others.'),
});

const room = z.string().min(3).max(3_071);

const lists = z.strictObject({
  limits: z
    .strictObject({
      perHour: z.int().min(1).default(20).describe('Messages to one member; what comes meanwhile is joined.'),
      gatherMs: milliseconds
        .default(15 * SECOND_MS)
        .describe('How long a message waits for more lines (ms).'),
      length: z
        .int()
        .min(70)
        .default(600)
        .describe('Longest message (UTF-16 units); older lines are summed up.'),
      mostLines: z.int().min(10).default(200).describe('Lines that wait for members of one list.'),
      mostMembers: z.int().min(1).default(200).describe('Members of one list.'),
    })
    .prefault({})
    .describe('Bounds.'),
  members: z
    .record(
      z.string(),
      z.array(
        z.strictObject({
          who: z.string().min(1).max(1_024).describe('A number, a mail address, a name.'),
          name: z.string().min(1).max(64).optional().describe('What he is called on other legs.'),
          agreed: z.boolean().default(false).describe('He has agreed elsewhere, and is not asked.'),
        }),
      ),
    )
    .default({})
    .describe('By the address of the list: `family%sms.example.org@relay.example.org`.'),
});

/** Options of relays, as `components[].options` of the configuration. */
export const relayOptionsSchema = z.strictObject({
  nick: z.string().min(1).max(64).default('Relay').describe('What the relay is called in rooms.'),
  standIns: standIns.prefault({}).describe('People of other legs in rooms on XMPP.'),
  puppets: puppets.prefault({}).describe('People of other legs with connections of their own to a network.'),
  queue: queue.prefault({}).describe('What waits for a leg.'),
  moderation: moderation.prefault({}).describe('What moderators of one room mean to the others.'),
  flood: flood.prefault({}).describe('What is not carried.'),
  limits: limits.prefault({}).describe('Bounds.'),
  hosted: hosted.prefault({}).describe("Rooms on the relays' own domain."),
  lists: lists.prefault({}).describe('People of networks who get what is said each by himself, as by SMS.'),
  accounts: z
    .record(z.string(), z.record(z.string(), z.string().max(4_096)))
    .default({})
    .describe(
      "The relay's own accounts, by domain of the network: answers to its registration forms, such as { way: bot, token: … }.",
    ),
  relays: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
          .describe('Its name: the local part of its address.'),
        legs: z
          .array(
            z.union([room, z.strictObject({ room: room.describe('Its address.'), ...configuredSettings })]),
          )
          .min(1)
          .describe(
            'Its rooms: addresses such as `club@rooms.example.org` or `#chan on irc.example.net`, or an address as `room` with settings.',
          ),
      }),
    )
    .default([])
    .describe(
      'Relays that the operator has set up. At each start they are made as they stand here; one that is taken out of here ends. More can be made by command.',
    ),
});

/** With all defaults filled in. */
export type RelayOptions = z.output<typeof relayOptionsSchema>;
