/**
 * npm run demo: a shop in the stand-in of Shopify with the app installed in it. See README.md for the options.
 */
import { runInteractive } from './demo-interactive.ts';
import { runOnce } from './demo-once.ts';
import { readDemoOptions } from './demo-options.ts';
import { demoShop } from './demo-shop.ts';

const say = (text: string): void => console.log(text);

try {
  const options = readDemoOptions(process.argv.slice(2));
  // An order export is read, and refused, before the app is installed.
  if (options.once) await runOnce(options, (await demoShop(options, say)).shop, say);
  else await runInteractive(options, () => demoShop(options, say), say);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
process.exit();
