import { testDatabase } from '#tests/support/database.ts';
import { everyScreen } from './every-screen.ts';

everyScreen(testDatabase(), 1);
