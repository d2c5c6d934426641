/**
 * Sends what the app asks of Shopify and of its file server to the stand-in instead: for
 * `node --import ./tests/fake-shopify/preload.ts`, with FAKE_SHOPIFY_URL. The adapters are loaded first because
 * loading one sets the very function that is replaced here.
 */
import '@shopify/shopify-api/adapters/node';
import '@shopify/shopify-api/adapters/web-api';
import '@shopify/shopify-app-remix/adapters/node';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { fetchFrom } from './redirected-fetch.ts';

const standIn = process.env.FAKE_SHOPIFY_URL;
if (standIn === undefined) throw new Error('FAKE_SHOPIFY_URL: the address of the stand-in is missing');
setAbstractFetchFunc(fetchFrom(standIn));
