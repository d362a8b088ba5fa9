import type { MailServer } from '../../mail/server-options.js';

/** Why a provider refuses a password that is right on its web pages. */
export type PasswordHint =
  /** It wants one made for mail programs. */
  | { readonly kind: 'app-password'; readonly link: string }
  /** IMAP has to be switched on first. */
  | { readonly kind: 'switch-on'; readonly link: string }
  /** It takes no passwords at all. */
  | { readonly kind: 'oauth-only' };

/** Where a provider's OAuth is (RFC 8414); `{tenant}` stands for a directory of Microsoft's. */
export interface OAuthEndpoints {
  /** As it names itself in answers (RFC 9207); undefined: it does not. */
  readonly issuer?: string;
  readonly authorization?: string;
  readonly token: string;
  /** Where it grants mail to devices too (RFC 8628). */
  readonly device?: string;
  readonly revocation?: string;
  readonly scopes: readonly string[];
  /** What its authorization endpoint wants besides, to give a refresh token. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** A provider that is known without asking anybody. */
export interface KnownProvider {
  readonly name: string;
  readonly domains: readonly string[];
  /** Ends of the names of its mail exchangers, for domains of others that it hosts. */
  readonly exchangers?: readonly string[];
  readonly imap: MailServer;
  readonly smtp: MailServer;
  /** What it calls a user; default: his address. */
  readonly login?: 'local';
  /** It puts what is sent into the Sent folder by itself. */
  readonly filesSent?: true;
  readonly hint?: PasswordHint;
  readonly oauth?: OAuthEndpoints;
}

const tls = (host: string, port: number): MailServer => ({ host, port, security: 'tls' });
const imap = (host: string): MailServer => tls(host, 993);
const smtp = (host: string): MailServer => tls(host, 465);
const starttls = (host: string): MailServer => ({ host, port: 587, security: 'starttls' });
const appPassword = (link: string): PasswordHint => ({ kind: 'app-password', link });
const switchOn = (link: string): PasswordHint => ({ kind: 'switch-on', link });

const microsoft: OAuthEndpoints = {
  authorization: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize',
  token: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
  device: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode',
  scopes: [
    'https://outlook.office.com/IMAP.AccessAsUser.All',
    'https://outlook.office.com/SMTP.Send',
    'offline_access',
  ],
};

/** The largest providers, as their help pages and Thunderbird's database have them. */
export const knownProviders: readonly KnownProvider[] = [
  {
    name: 'gmail',
    domains: ['gmail.com', 'googlemail.com'],
    exchangers: ['google.com', 'googlemail.com'],
    imap: imap('imap.gmail.com'),
    smtp: smtp('smtp.gmail.com'),
    filesSent: true,
    hint: appPassword('https://myaccount.google.com/apppasswords'),
    oauth: {
      issuer: 'https://accounts.google.com',
      authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
      token: 'https://oauth2.googleapis.com/token',
      revocation: 'https://oauth2.googleapis.com/revoke',
      scopes: ['https://mail.google.com/'],
      parameters: { access_type: 'offline', prompt: 'consent' },
    },
  },
  {
    name: 'outlook',
    domains: [
      ...['outlook.com', 'outlook.de', 'outlook.fr', 'outlook.es', 'outlook.it', 'outlook.jp'],
      ...['hotmail.com', 'hotmail.de', 'hotmail.fr', 'hotmail.es', 'hotmail.it', 'hotmail.co.uk'],
      ...['live.com', 'live.de', 'live.fr', 'live.co.uk', 'live.ru', 'live.cn', 'msn.com'],
    ],
    imap: imap('outlook.office365.com'),
    smtp: starttls('smtp-mail.outlook.com'),
    filesSent: true,
    hint: { kind: 'oauth-only' },
    oauth: microsoft,
  },
  {
    name: 'microsoft365',
    domains: ['office365.com'],
    exchangers: ['mail.protection.outlook.com', 'mx.microsoft'],
    imap: imap('outlook.office365.com'),
    smtp: starttls('smtp.office365.com'),
    filesSent: true,
    hint: { kind: 'oauth-only' },
    oauth: microsoft,
  },
  {
    name: 'yahoo',
    domains: [
      ...['yahoo.com', 'yahoo.de', 'yahoo.fr', 'yahoo.it', 'yahoo.es', 'yahoo.co.uk', 'yahoo.co.in'],
      ...['yahoo.ca', 'yahoo.com.au', 'yahoo.com.br', 'yahoo.com.mx', 'ymail.com', 'rocketmail.com'],
    ],
    exchangers: ['am0.yahoodns.net'],
    imap: imap('imap.mail.yahoo.com'),
    smtp: smtp('smtp.mail.yahoo.com'),
    hint: appPassword('https://login.yahoo.com/account/security'),
    oauth: {
      authorization: 'https://api.login.yahoo.com/oauth2/request_auth',
      token: 'https://api.login.yahoo.com/oauth2/get_token',
      scopes: ['mail-w'],
    },
  },
  {
    name: 'aol',
    domains: ['aol.com', 'aol.de', 'aol.fr', 'aol.co.uk', 'aim.com'],
    exchangers: ['gm0.yahoodns.net'],
    imap: imap('imap.aol.com'),
    smtp: smtp('smtp.aol.com'),
    hint: appPassword('https://login.aol.com/account/security'),
    oauth: {
      authorization: 'https://api.login.aol.com/oauth2/request_auth',
      token: 'https://api.login.aol.com/oauth2/get_token',
      scopes: ['mail-w'],
    },
  },
  {
    name: 'icloud',
    domains: ['icloud.com', 'me.com', 'mac.com'],
    exchangers: ['mail.icloud.com'],
    imap: imap('imap.mail.me.com'),
    smtp: starttls('smtp.mail.me.com'),
    hint: appPassword('https://support.apple.com/102654'),
  },
  {
    name: 'mailru',
    domains: ['mail.ru', 'inbox.ru', 'list.ru', 'bk.ru', 'internet.ru', 'xmail.ru'],
    exchangers: ['mail.ru'],
    imap: imap('imap.mail.ru'),
    smtp: smtp('smtp.mail.ru'),
    hint: appPassword('https://account.mail.ru/user/2-step-auth/passwords'),
  },
  {
    name: 'yandex',
    domains: ['yandex.ru', 'yandex.com', 'yandex.by', 'yandex.kz', 'yandex.ua', 'ya.ru', 'narod.ru'],
    exchangers: ['mx.yandex.net', 'mx.yandex.ru'],
    imap: imap('imap.yandex.com'),
    smtp: smtp('smtp.yandex.com'),
    hint: appPassword('https://id.yandex.ru/security/app-passwords'),
    oauth: {
      authorization: 'https://oauth.yandex.com/authorize',
      token: 'https://oauth.yandex.com/token',
      scopes: ['mail:imap_full', 'mail:smtp'],
    },
  },
  {
    name: 'rambler',
    domains: ['rambler.ru', 'lenta.ru', 'autorambler.ru', 'myrambler.ru', 'ro.ru'],
    imap: imap('imap.rambler.ru'),
    smtp: smtp('smtp.rambler.ru'),
    hint: switchOn('https://mail.rambler.ru/settings/mailapps'),
  },
  {
    name: 'gmx',
    domains: ['gmx.net', 'gmx.de', 'gmx.at', 'gmx.ch', 'gmx.eu', 'gmx.biz', 'gmx.org', 'gmx.info'],
    imap: imap('imap.gmx.net'),
    smtp: smtp('mail.gmx.net'),
    hint: switchOn('https://hilfe.gmx.net/pop-imap/einschalten.html'),
  },
  {
    name: 'gmxcom',
    domains: ['gmx.com', 'gmx.us', 'gmx.co.uk', 'gmx.fr', 'gmx.es'],
    imap: imap('imap.gmx.com'),
    smtp: smtp('mail.gmx.com'),
    hint: switchOn('https://support.gmx.com/pop-imap/toggle.html'),
  },
  {
    name: 'webde',
    domains: ['web.de'],
    imap: imap('imap.web.de'),
    smtp: smtp('smtp.web.de'),
    login: 'local',
    hint: switchOn('https://hilfe.web.de/pop-imap/einschalten.html'),
  },
  {
    name: 'telekom',
    domains: ['t-online.de', 'magenta.de'],
    imap: imap('secureimap.t-online.de'),
    smtp: smtp('securesmtp.t-online.de'),
    hint: appPassword('https://account.idm.telekom.com/'),
  },
  {
    name: 'qq',
    domains: ['qq.com', 'foxmail.com', 'vip.qq.com'],
    imap: imap('imap.qq.com'),
    smtp: smtp('smtp.qq.com'),
    hint: appPassword('https://wx.mail.qq.com/account'),
  },
  {
    name: 'exmail',
    domains: ['exmail.qq.com'],
    exchangers: ['mxbiz1.qq.com', 'mxbiz2.qq.com'],
    imap: imap('imap.exmail.qq.com'),
    smtp: smtp('smtp.exmail.qq.com'),
    hint: appPassword('https://exmail.qq.com/'),
  },
  {
    name: 'netease163',
    domains: ['163.com'],
    imap: imap('imap.163.com'),
    smtp: smtp('smtp.163.com'),
    hint: appPassword('https://mail.163.com/'),
  },
  {
    name: 'netease126',
    domains: ['126.com'],
    imap: imap('imap.126.com'),
    smtp: smtp('smtp.126.com'),
    hint: appPassword('https://mail.126.com/'),
  },
  {
    name: 'fastmail',
    domains: ['fastmail.com', 'fastmail.fm'],
    exchangers: ['messagingengine.com'],
    imap: imap('imap.fastmail.com'),
    smtp: smtp('smtp.fastmail.com'),
    hint: appPassword('https://app.fastmail.com/settings/security/integrations'),
  },
  {
    name: 'zoho',
    domains: ['zoho.com', 'zohomail.com'],
    exchangers: ['mx.zoho.com', 'mx2.zoho.com', 'mx3.zoho.com'],
    imap: imap('imap.zoho.com'),
    smtp: smtp('smtp.zoho.com'),
    hint: appPassword('https://accounts.zoho.com/home#security/app_password'),
  },
];
