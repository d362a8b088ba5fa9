import { z } from 'zod';
import { LINK_PORTS, mediaLimits } from '../media/options.js';
import { numbers, port } from './values.js';

const limits = numbers('Bounds of files, either way.', {
  maxBytes: [mediaLimits.maxBytes, 'Size of one file (bytes).'],
  bytesPerDayIn: [mediaLimits.bytesPerDayIn, 'Files for one user in 24 hours, from the network (bytes).'],
  bytesPerDayOut: [mediaLimits.bytesPerDayOut, 'Files of one user in 24 hours, to the network (bytes).'],
  transfersPerUser: [mediaLimits.transfersPerUser, 'Files of one user moved at a time; further ones wait.'],
  transfers: [mediaLimits.transfers, 'Files of all users moved at a time; further ones wait.'],
  waitingPerUser: [mediaLimits.waitingPerUser, 'Files that may wait for that, per user.'],
  tempBytes: [mediaLimits.tempBytes, 'Room on disk for files on their way (bytes).'],
  linkHours: [mediaLimits.linkHours, 'How long a file that the gateway serves itself is kept (hours).'],
  linkBytes: [
    mediaLimits.linkBytes,
    'Room on disk for files that the gateway serves itself; beyond it the oldest goes (bytes).',
  ],
  redirects: [mediaLimits.redirects, "Redirects followed from a user's link."],
  connectTimeoutMs: [mediaLimits.connectTimeoutMs, 'How long resolving and connecting may take (ms).'],
  silenceTimeoutMs: [
    mediaLimits.silenceTimeoutMs,
    'How long the other side may be silent, before and within a file (ms).',
  ],
  transferTimeoutMs: [mediaLimits.transferTimeoutMs, 'How long one file may take (ms).'],
  attempts: [mediaLimits.attempts, 'How often reading a file from the network is tried.'],
  retryPauseMs: [mediaLimits.retryPauseMs, 'Pause between two such tries (ms).'],
  serviceCacheMs: [
    mediaLimits.serviceCacheMs,
    'How long it is remembered which upload service a server offers (ms).',
  ],
  refusalCacheMs: [
    mediaLimits.refusalCacheMs,
    'How long it is remembered that it offers none or refuses the gateway (ms).',
  ],
  decodePixels: [mediaLimits.decodePixels, 'Pictures of more pixels get no thumbnail.'],
  decodeSeconds: [mediaLimits.decodeSeconds, 'How long decoding a picture may take (seconds).'],
  thumbnailPixels: [mediaLimits.thumbnailPixels, 'Longer side of a thumbnail (pixels).'],
  thumbnailBytes: [mediaLimits.thumbnailBytes, 'A larger thumbnail is left out (bytes).'],
  avatarPixels: [mediaLimits.avatarPixels, 'Longer side of the picture of a person (pixels).'],
  avatarBytes: [mediaLimits.avatarBytes, 'A larger one is made smaller still (bytes).'],
  avatarSourceBytes: [
    mediaLimits.avatarSourceBytes,
    'Size of the picture of a person as the network has it (bytes).',
  ],
  avatarCacheBytes: [
    mediaLimits.avatarCacheBytes,
    'Room on disk for pictures of people; beyond it those go that were longest not asked for (bytes).',
  ],
});

const host = z
  .string()
  .regex(
    /^(\[[0-9a-fA-F:.]+\]|[^\s/:@[\]]+)(:\d{1,5})?$/,
    'must be a host such as upload.example.org, with :port if it needs one',
  )
  .transform((text) => text.toLowerCase());

/** The section `media`. */
export const mediaSchema = z
  .strictObject({
    allowHosts: z
      .array(host)
      .default([])
      .describe(
        'Hosts that links of users may lead to although they are private addresses, such as your own upload server; also where uploads may go without TLS. A port is the only one then.',
      ),
    ports: z
      .array(port)
      .default([...LINK_PORTS])
      .describe('Ports that links of users may lead to, on public hosts.'),
    limits,
  })
  .prefault({})
  .describe('Files: pictures and whatever else is attached to messages.');
