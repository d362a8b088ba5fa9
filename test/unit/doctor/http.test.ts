import { describe, expect, it } from 'vitest';
import { checkHttp } from '../../../src/cli/doctor/http.js';
import { parseConfig } from '../../../src/config/load.js';
import type { Config } from '../../../src/config/schema.js';
import { networks } from '../../../src/registry.js';
import { startHttpStage } from '../http/stage.js';

const IRC = '{ domain: irc.example.org, network: irc }';
const KANNEL =
  '{ kind: kannel, sendUrl: "http://127.0.0.1:13013/cgi-bin/sendsms", username: u, password: p, secret: 0123456789abcdef }';
const SMS = `{ domain: sms.example.org, network: sms, options: { region: DE, carriers: { main: ${KANNEL} } } }`;

function configWith(http: string, component = IRC): Config {
  const text = `
xmpp: { domain: example.org, secret: s }
components: [${component}]
http: ${http}
`;
  return parseConfig(text, '/etc/isthmus/isthmus.yaml', { environment: {}, networks });
}

describe('isthmus check on HTTP', () => {
  it('is content without HTTP where nothing needs it', async () => {
    expect(await checkHttp(configWith('{}'), false)).toMatchObject([{ level: 'ok' }]);
  });

  it('sees that providers have to call, and cannot', async () => {
    const missing = [{ level: 'fail', text: expect.stringContaining('sms.example.org') }];
    expect(await checkHttp(configWith('{}', SMS), false)).toMatchObject(missing);
    expect(await checkHttp(configWith('{ enabled: true }', SMS), true)).toMatchObject(missing);
  });

  it('sees a port that is taken, and a public address that is missing', async () => {
    const stage = await startHttpStage();
    const config = configWith(`{ enabled: true, port: ${stage.server.port} }`);
    expect(await checkHttp(config, false)).toMatchObject([
      { level: 'fail', text: expect.stringContaining(String(stage.server.port)) },
      { level: 'warn', text: expect.stringContaining('http.publicUrl') },
    ]);
    await stage.server.stop();
  });

  it('asks the running gateway by its public address', async () => {
    const stage = await startHttpStage();
    const config = configWith(`{ enabled: true, publicUrl: "${stage.url}/" }`);
    expect(await checkHttp(config, true)).toMatchObject([
      { level: 'warn', text: expect.stringContaining('not encrypted') },
      { level: 'ok', text: `${stage.url} leads to this gateway` },
    ]);
    await stage.server.stop();
    expect(await checkHttp(config, true)).toMatchObject([{ level: 'warn' }, { level: 'warn' }]);
  });
});
