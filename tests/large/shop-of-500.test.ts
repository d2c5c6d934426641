import { testDatabase } from '#tests/support/database.ts';
import { everyScreen } from '#tests/journeys/every-screen.ts';

everyScreen(testDatabase(), 500);
