import { emailStage } from '../support/email/contract-stage.js';
import { describeNetwork } from './network.js';
import { describeStored } from './stored.js';
import { describeStoredRooms } from './stored-rooms.js';

describeNetwork('email', emailStage);
describeStored('email', emailStage);
describeStoredRooms('email', emailStage);
