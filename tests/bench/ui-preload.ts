/**
 * Sends what the measured app asks of Shopify to the stand-in. The demo's own switch for that does not start in
 * production, which is what is measured here: React renders several times as slowly when it is not.
 */
import '@shopify/shopify-api/adapters/node';
import '@shopify/shopify-api/adapters/web-api';
import '@shopify/shopify-app-remix/adapters/node';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { fetchFrom } from '../fake-shopify/redirected-fetch.ts';

const standIn = process.env.BENCH_SHOPIFY_URL;
if (standIn === undefined) throw new Error('BENCH_SHOPIFY_URL: the address of the stand-in is missing');
setAbstractFetchFunc(fetchFrom(standIn));
