/** Bounds of files both ways, with their defaults. */
export interface MediaLimits {
  /** Bytes of one file, either way. */
  readonly maxBytes: number;
  /** Bytes of files for one user in 24 hours, from the network. */
  readonly bytesPerDayIn: number;
  /** Bytes of files of one user in 24 hours, to the network. */
  readonly bytesPerDayOut: number;
  /** Files of one user moved at a time; further ones wait. */
  readonly transfersPerUser: number;
  /** Files of all users moved at a time; further ones wait. */
  readonly transfers: number;
  /** Files that may wait for that, per user. */
  readonly waitingPerUser: number;
  /** Bytes on disk of files on their way. */
  readonly tempBytes: number;
  /** How long a file that the gateway serves itself is kept (hours). */
  readonly linkHours: number;
  /** Bytes on disk of files that the gateway serves itself; beyond them the oldest goes. */
  readonly linkBytes: number;
  /** Redirects followed to a file. */
  readonly redirects: number;
  /** How long resolving and connecting may take (ms). */
  readonly connectTimeoutMs: number;
  /** How long the other side may be silent, before and within a file (ms). */
  readonly silenceTimeoutMs: number;
  /** How long one file may take (ms). */
  readonly transferTimeoutMs: number;
  /** How often reading a file from the network is tried. */
  readonly attempts: number;
  /** Pause between two such tries (ms). */
  readonly retryPauseMs: number;
  /** How long it is remembered which service a server offers (ms). */
  readonly serviceCacheMs: number;
  /** How long it is remembered that it offers none, or refuses (ms). */
  readonly refusalCacheMs: number;
  /** Pixels of a picture that is decoded for its thumbnail. */
  readonly decodePixels: number;
  /** How long decoding may take (seconds). */
  readonly decodeSeconds: number;
  /** Longer side of a thumbnail (pixels). */
  readonly thumbnailPixels: number;
  /** A larger thumbnail is left out (bytes). */
  readonly thumbnailBytes: number;
  /** Longer side of the picture of a person (pixels). */
  readonly avatarPixels: number;
  /** A larger one of these is made smaller (bytes). */
  readonly avatarBytes: number;
  /** Bytes of such a picture as the network has it. */
  readonly avatarSourceBytes: number;
  /** Bytes on disk of pictures of people; beyond them those go that were longest not asked for. */
  readonly avatarCacheBytes: number;
}

/** The defaults of {@link MediaLimits}. */
export const mediaLimits: MediaLimits = {
  maxBytes: 52_428_800,
  bytesPerDayIn: 1_073_741_824,
  bytesPerDayOut: 1_073_741_824,
  transfersPerUser: 3,
  transfers: 16,
  waitingPerUser: 50,
  tempBytes: 1_073_741_824,
  linkHours: 168,
  linkBytes: 1_073_741_824,
  redirects: 4,
  connectTimeoutMs: 10_000,
  silenceTimeoutMs: 20_000,
  transferTimeoutMs: 300_000,
  attempts: 3,
  retryPauseMs: 2_000,
  serviceCacheMs: 21_600_000,
  refusalCacheMs: 300_000,
  decodePixels: 50_000_000,
  decodeSeconds: 10,
  thumbnailPixels: 128,
  thumbnailBytes: 6_144,
  avatarPixels: 192,
  avatarBytes: 32_768,
  avatarSourceBytes: 10_485_760,
  avatarCacheBytes: 209_715_200,
};

/** Ports that links of users may lead to unless the operator says otherwise: those of the web and of XMPP servers. */
export const LINK_PORTS: readonly number[] = [80, 443, 5280, 5281, 5443, 7443, 8080, 8443];
