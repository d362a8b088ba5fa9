import { z } from 'zod';
import { isNetwork } from './account/user-address.js';
import { isHost } from './address.js';
import { lowerAscii } from './ids.js';
import { isUsableEncoding } from './wire/encoding.js';

const host = z.string().transform(lowerAscii).refine(isHost, 'not a host name or address');
const encoding = z.string().refine(isUsableEncoding, 'not a character set that keeps ASCII, such as koi8-r');
const port = z.int().min(1).max(65535);
const milliseconds = z.int().min(1);

const flood = z.union([
  z.literal('disabled'),
  z.strictObject({
    linesPerSecond: z.number().positive().default(1).describe('Lines a second once the burst is used up'),
    burst: z.int().min(1).default(8).describe('Lines that may go at once'),
  }),
]);

const server = z.strictObject({
  port: port.optional().describe('Default 6697 with TLS, 6667 without'),
  tls: z
    .boolean()
    .default(true)
    .describe('false: plain text, said explicitly; there is never a fall-back to it'),
  verifyCertificate: z.boolean().default(true).describe('false: take any certificate of this server'),
  caFile: z.string().optional().describe('PEM file of the authorities to trust for this server'),
  encoding: encoding
    .optional()
    .describe('How incoming lines are read that are not UTF-8, such as windows-1251'),
  outgoingEncoding: encoding.optional().describe('How lines are written; default UTF-8'),
  userNetwork: z
    .string()
    .refine(isNetwork, 'not a network such as 2001:db8:1::/64')
    .optional()
    .describe('Network in which each user has an address of his own: told by `webirc`, else connected from'),
  webirc: z
    .strictObject({
      password: z.string().regex(/^\S+$/).describe('As the server has it for this gateway'),
      gateway: z
        .string()
        .regex(/^[^\s:]\S*$/)
        .default('isthmus')
        .describe('Name of the gateway for the server'),
    })
    .optional()
    .describe(
      'The server takes the word of the gateway for where users come from (WEBIRC); needs `userNetwork`',
    ),
  allowPrivate: z
    .literal(true)
    .optional()
    .describe('Says plainly that the server lies in a private network; being listed allows it already'),
});

const limits = z.strictObject({
  channelsPerConnection: z.int().min(1).default(200).describe('Channels of one user on one server'),
  serversPerAccount: z.int().min(1).default(20).describe('Servers of one user at once'),
  queuedLines: z
    .int()
    .min(1)
    .default(200)
    .describe('Lines of one connection that wait for the flood control'),
  bufferedBytes: z
    .int()
    .min(1024)
    .default(1_000_000)
    .describe('Unsent bytes at which a server that does not read is given up'),
  linesPerMessage: z.int().min(1).default(20).describe('Lines one message may become'),
  heldEvents: z.int().min(1).default(2000).describe('Events of a channel kept while it is being joined'),
  membersPerChannel: z.int().min(1).default(50_000).describe('Members taken from one list of names'),
  listedChannels: z.int().min(1).default(20_000).describe('Entries kept of a channel list'),
  listedBans: z.int().min(1).default(1000).describe('Entries kept of a ban list'),
  rememberedLines: z
    .int()
    .min(16)
    .default(1024)
    .describe('Lines per channel remembered to recognise repeats'),
  waitingForConnection: z
    .int()
    .min(1)
    .default(50)
    .describe('Requests of one user that wait for a connection'),
  malformedLines: z
    .int()
    .min(1)
    .default(100)
    .describe('Lines in a row that are no IRC before the connection is ended'),
});

const timeouts = z.strictObject({
  dialMs: milliseconds.default(15_000).describe('TCP and TLS to one address'),
  registrationMs: milliseconds.default(60_000).describe('From dialling until the server has let us in'),
  joinMs: milliseconds.default(30_000).describe('From JOIN to the answer'),
  channelModesMs: milliseconds.default(3000).describe('How long a join waits for the modes of the channel'),
  queryMs: milliseconds.default(20_000).describe('WHOIS and ban lists'),
  listMs: milliseconds.default(120_000).describe('A channel list'),
  listCacheMs: milliseconds.default(300_000).describe('How long a channel list is used again'),
  pingAfterMs: milliseconds.default(120_000).describe('Silence after which the server is pinged'),
  silenceMs: milliseconds.default(240_000).describe('Silence after which the connection is given up'),
  closeMs: milliseconds.default(3000).describe('From QUIT to the end of the connection'),
  lingerMs: milliseconds.default(20_000).describe('How long a connection without rooms stays'),
  directLingerMs: milliseconds.default(1_800_000).describe('How long it stays after a private message'),
  lostGraceMs: milliseconds
    .default(60_000)
    .describe('How long a lost connection may come back before users are told'),
  regainNickMs: milliseconds.default(60_000).describe('Between attempts to get the wanted nick back'),
  rememberedMs: milliseconds.default(30_000).describe('How long a line is remembered to recognise repeats'),
});

const reconnect = z.strictObject({
  initialMs: milliseconds.default(3000).describe('First delay'),
  maxMs: milliseconds.default(300_000).describe('Longest delay'),
  factor: z.number().min(1).default(2).describe('Growth from attempt to attempt'),
  jitter: z.number().min(0).max(1).default(0.5).describe('Share of the delay that is random'),
  stableMs: milliseconds
    .default(60_000)
    .describe('A connection that lasted this long starts again at the first delay'),
});

const ircPorts = [194, 994, 6660, 6661, 6662, 6663, 6664, 6665, 6666, 6667, 6668, 6669, 6670, 6679, 6697];

/** Options of the IRC gateway, as `components[].options` of the configuration. */
export const optionsSchema = z.strictObject({
  fixedServer: host.optional().describe('Serve this one server only: addresses are #channel and nick'),
  servers: z.record(host, server).default({}).describe('Servers the operator knows, by host name'),
  allowUnlistedServers: z
    .boolean()
    .default(true)
    .describe('Whether users may name other servers, on public addresses'),
  allowedPorts: z
    .array(port)
    .default([...ircPorts, 7000, 7070, 9999])
    .describe('Ports users may choose for servers that are not listed'),
  flood: flood
    .default({ linesPerSecond: 1, burst: 8 })
    .describe('Flood control of each connection, or `disabled`'),
  proxy: z
    .strictObject({
      host: z.string().min(1).describe('Host of the SOCKS5 proxy'),
      port: port.default(1080).describe('Its port'),
      username: z.string().optional().describe('User name for the proxy'),
      password: z.string().optional().describe('Password for the proxy'),
    })
    .optional()
    .describe('SOCKS5 proxy for every connection'),
  quitMessage: z
    .string()
    .default('')
    .describe('Said when a connection ends; empty: the user’s own words or nothing'),
  username: z
    .string()
    .regex(/^[^\s@!]{1,10}$/)
    .optional()
    .describe('USER name of all connections; default the nick'),
  realname: z.string().default('XMPP user').describe('Real name of users who have set none'),
  addressesTried: z.int().min(1).default(3).describe('Addresses of one name that are tried'),
  concurrentDials: z
    .int()
    .min(1)
    .default(200)
    .describe('Connections to one server that may be in the making at once'),
  limits: limits.default(limits.parse({})).describe('Bounds on what users and servers may cause'),
  timeouts: timeouts.default(timeouts.parse({})).describe('Time limits in milliseconds'),
  reconnect: reconnect.default(reconnect.parse({})).describe('Delay before a lost connection is made again'),
});

/** The options of one domain, with all defaults filled in. */
export type IrcOptions = z.output<typeof optionsSchema>;

/** Ports of RFC 7194 and of practice. */
export function defaultPort(tls: boolean): number {
  return tls ? 6697 : 6667;
}
