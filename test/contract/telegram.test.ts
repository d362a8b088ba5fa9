import { telegramStage } from '../support/telegram/contract-stage.js';
import { describeHistory } from './history.js';
import { describeNetwork } from './network.js';
import { describeStored } from './stored.js';

describeHistory('telegram', telegramStage);
describeNetwork('telegram', telegramStage);
describeStored('telegram', telegramStage, { bySession: true, acceptsForGood: true });
