// Part of `npm run check`: every GraphQL document and shopify.app.toml against Shopify's published schema.
import { buildClientSchema } from 'graphql';
import { readAppConfig } from '#tests/fake-shopify/app-config.ts';
import { readSchemaFile } from '#tests/fake-shopify/schema-file.ts';
import { tomlProblems } from './app-toml.ts';
import { appDocuments, documentProblems, neededAccess } from './graphql-documents.ts';

const { introspection, access } = await readSchemaFile();
const schema = buildClientSchema(introspection);
const documents = appDocuments();
const invalid = documents.flatMap((document) => documentProblems(document, schema));
const needs = invalid.length > 0 ? [] : neededAccess(documents, schema, access);
const problems = invalid.length > 0 ? invalid : tomlProblems(await readAppConfig(), needs, schema);

for (const problem of problems) console.error(problem);
console.log(`${documents.length} GraphQL documents and the app's toml checked, ${problems.length} problems`);
process.exitCode = problems.length > 0 || documents.length === 0 ? 1 : 0;
