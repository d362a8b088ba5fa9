/** Entry of the thread that owns the database. */
import { parentPort } from 'node:worker_threads';
import { serve } from './serve.js';

if (parentPort) serve(parentPort);
