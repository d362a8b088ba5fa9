import { z } from 'zod';

/** Endings of files that run when they are opened; most providers refuse them too. */
const PROGRAMS = [
  ...[
    'apk',
    'app',
    'appx',
    'bat',
    'cab',
    'chm',
    'cmd',
    'com',
    'cpl',
    'dll',
    'dmg',
    'exe',
    'hta',
    'ins',
    'isp',
  ],
  ...[
    'iso',
    'jar',
    'js',
    'jse',
    'lnk',
    'mde',
    'msc',
    'msi',
    'msix',
    'msp',
    'mst',
    'pif',
    'ps1',
    'reg',
    'scr',
  ],
  ...['sct', 'shb', 'sys', 'vb', 'vbe', 'vbs', 'vhd', 'vxd', 'wsc', 'wsf', 'wsh', 'xll'],
];

/** How mail becomes conversations. */
export const conversationOptions = z.strictObject({
  keepDays: z.int().min(1).default(730).describe('Days without a word until a conversation is forgotten'),
  threadDays: z.int().min(1).default(180).describe('Days for which it is known what a mail answers'),
  participants: z
    .int()
    .min(2)
    .default(100)
    .describe('People of a group; a mail to more is shown as its author’s alone'),
  stormMails: z.int().min(1).default(60).describe('Mails of one sender that are shown within stormMinutes'),
  stormMinutes: z.int().min(1).default(10).describe('See stormMails'),
  foldedDays: z
    .int()
    .min(0)
    .default(7)
    .describe('Days for which quoted text and signatures that were folded away can be had; 0: not kept'),
  foldedBytes: z.int().min(0).default(65_536).describe('What is kept of those, for one mail'),
  unseen: z.int().min(1).default(200).describe('Unread mails of a conversation that can be marked as read'),
  avatarBytes: z.int().min(0).default(98_304).describe('Largest picture of a person that is kept'),
  refusedSenders: z
    .array(z.string().regex(/^[^@\s]*@?[^@\s]+$/, 'an address, or a domain such as example.org'))
    .transform((senders) => senders.map((sender) => sender.toLowerCase()))
    .default([])
    .describe('Addresses and domains, with those below them, whose mail reaches no user'),
  refusedFiles: z
    .array(z.string().regex(/^[a-z0-9]+$/, 'an ending in lower case, without the dot'))
    .default(PROGRAMS)
    .describe('Endings of files that are named but not passed on to users'),
});
