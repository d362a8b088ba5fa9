import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import { type Method, method } from './call.js';
import { REACTIONS } from './reactions.js';

/** What clients ask about the server itself. */
export const helpMethods: readonly Method[] = [
  method(Api.help.GetConfig, (_request, { server, centre }) => config(server, centre.id)),
  method(
    Api.help.GetNearestDc,
    (_request, { centre }) => new Api.NearestDc({ country: 'DE', thisDc: centre.id, nearestDc: centre.id }),
  ),
  method(Api.help.GetAppConfig, ({ hash }) =>
    hash === APP_CONFIG
      ? new Api.help.AppConfigNotModified()
      : new Api.help.AppConfig({ hash: APP_CONFIG, config: appConfig() }),
  ),
];

const APP_CONFIG = 1;

/** Limits that clients have to know (core.telegram.org/api/config#client-configuration). */
function appConfig(): Api.JsonObject {
  const limits = {
    reactions_uniq_max: REACTIONS.perMessage,
    reactions_user_max_default: REACTIONS.perUser,
    reactions_user_max_premium: REACTIONS.perPremiumUser,
    caption_length_limit_default: 1_024,
    upload_max_fileparts_default: 4_000,
    upload_max_fileparts_premium: 8_000,
    topics_pinned_limit: 5,
  };
  return new Api.JsonObject({
    value: Object.entries(limits).map(
      ([key, value]) => new Api.JsonObjectValue({ key, value: new Api.JsonNumber({ value }) }),
    ),
  });
}

function config(server: TelegramServer, thisDc: number): Api.Config {
  const now = server.seconds();
  return new Api.Config({
    ...{ date: now, expires: now + 3_600, testMode: false, thisDc, dcTxtDomainName: 'example.org' },
    dcOptions: server.endpoints.map(
      ({ centre: id, host, port }) => new Api.DcOption({ id, ipAddress: host, port, static: true }),
    ),
    ...{ chatSizeMax: 200, megagroupSizeMax: 200_000, forwardedCountMax: 100 },
    ...{ onlineUpdatePeriodMs: 210_000, offlineBlurTimeoutMs: 5_000, offlineIdleTimeoutMs: 30_000 },
    ...{ onlineCloudTimeoutMs: 300_000, notifyCloudDelayMs: 30_000, notifyDefaultDelayMs: 1_500 },
    ...{ pushChatPeriodMs: 60_000, pushChatLimit: 2, editTimeLimit: 172_800 },
    ...{ revokeTimeLimit: 2_147_483_647, revokePmTimeLimit: 2_147_483_647, ratingEDecay: 2_419_200 },
    ...{ stickersRecentLimit: 200, channelsReadMediaPeriod: 604_800, callReceiveTimeoutMs: 20_000 },
    ...{ callRingTimeoutMs: 90_000, callConnectTimeoutMs: 30_000, callPacketTimeoutMs: 10_000 },
    ...{ meUrlPrefix: 'https://t.me/', captionLengthMax: 1_024, messageLengthMax: 4_096, webfileDcId: 1 },
  });
}
