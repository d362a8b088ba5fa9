import { telegramStage } from '../support/telegram/contract-stage.js';
import { describeNetwork } from './network.js';
import { describeStored } from './stored.js';

describeNetwork('telegram', telegramStage);
describeStored('telegram', telegramStage, { bySession: true, acceptsForGood: true });
