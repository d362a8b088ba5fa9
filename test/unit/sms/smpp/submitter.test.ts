import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Link } from '../../../../gateways/sms/carrier/smpp/link.js';
import { smppOptions } from '../../../../gateways/sms/carrier/smpp/options.js';
import { Submission } from '../../../../gateways/sms/carrier/smpp/submission.js';
import { Submitter } from '../../../../gateways/sms/carrier/smpp/submitter.js';
import { SmppCentre } from '../../../servers/smpp-centre/centre.js';
import { testEnvironment } from '../../../support/gateway-environment.js';

it('F05 a part that cannot be written is refused for good: it would be no better later', async () => {
  const centre = await SmppCentre.listen();
  onTestFinished(() => centre.close());
  const options = smppOptions.parse({ host: centre.host, systemId: 'me', password: 'pw' });
  const { log } = testEnvironment();
  const socket = connect(centre.port, centre.host);
  await once(socket, 'connect');
  const link = new Link(socket, options, log, { delivery: () => undefined });
  onTestFinished(() => link.end('the test is over'));
  const submitter = new Submitter(options, log, (id) => id);
  submitter.attach(link);
  const fields = { short_message: Buffer.alloc(300), destination_addr: '15550001111' };
  await expect(submitter.submit(new Submission('+15550001111', [fields]))).rejects.toMatchObject({
    code: 'rejected',
    text: { key: 'sms-smpp-not-writable' },
    outcome: 'not-sent',
    retryable: false,
  });
});
