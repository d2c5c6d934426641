// The rooms and their rule (app/README.md), for dependency-cruiser. Run by `npm run check`.
const PURE = '^app/(rfm|campaigns|forecast)/';
const ROOT_SERVER = '^app/[^/]+\\.server\\.ts$';

/** Everything under app/ or npm that is not one of `allowed`. */
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { pathNot: allowed, path: '.' },
});

const NPM_AND_NODE = ['^node_modules/', '^node:', '^[a-z_]+$', '^[a-z]+/promises$'];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Jobs import later jobs only, so a cycle would turn the pipeline round.',
      from: { path: '^(app|prisma|extensions)/' },
      to: { circular: true },
    },
    {
      name: 'no-cycles-in-tests',
      severity: 'error',
      comment: 'Types may name each other; modules that load each other in a ring may not.',
      from: { path: '^tests/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only('rfm-imports-nothing', '^app/rfm/', ['^app/rfm/'], 'The model reaches nothing outside itself.'),
    only(
      'campaigns-read-rfm',
      '^app/campaigns/',
      ['^app/(campaigns|rfm)/'],
      'Campaign rules may read rfm only.',
    ),
    only(
      'forecast-reads-rfm',
      '^app/forecast/',
      ['^app/(forecast|rfm)/', '^node_modules/@stdlib/'],
      'The forecast may read rfm and numeric @stdlib only.',
    ),
    only(
      'shopify-speaks-to-shopify',
      '^app/shopify/',
      ['^app/shopify/', PURE, ROOT_SERVER, ...NPM_AND_NODE],
      'shopify never sees models; only a job joins the two.',
    ),
    only(
      'models-speak-to-postgresql',
      '^app/models/',
      ['^app/models/', PURE, ROOT_SERVER, ...NPM_AND_NODE],
      'models never see shopify; only a job joins the two.',
    ),
    only(
      'jobs-join-the-rooms',
      '^app/jobs/',
      ['^app/(jobs|shopify|models)/', PURE, ROOT_SERVER, ...NPM_AND_NODE],
      'Jobs read, decide and write; they know no page.',
    ),
    only(
      'components-show',
      '^app/components/',
      ['^app/(components|i18n)/', PURE, ...NPM_AND_NODE],
      'Components take props and return JSX: no loader, no database, no Shopify.',
    ),
    {
      name: 'nobody-imports-routes',
      severity: 'error',
      comment:
        'A route is an end: what two routes share belongs to a room. How an address is read is tested alone.',
      from: { path: '^(app|tests|prisma)/', pathNot: '^(app/routes/|tests/routes/parse-)' },
      to: { path: '^app/routes/' },
    },
    {
      name: 'app-never-imports-tests',
      severity: 'error',
      comment: 'What ships knows nothing of the stand-in.',
      from: { path: '^(app|extensions|prisma)/' },
      to: { path: '^tests/' },
    },
    {
      name: 'only-models-and-root-speak-sql',
      severity: 'error',
      comment: 'SQL lives in models/ and in db.server.ts; the rest calls them.',
      from: { path: '^app/(shopify|routes|components|jobs)/' },
      to: { path: '^node_modules/(pg|pg-copy-streams|@prisma)/' },
    },
    {
      name: 'declared-dependencies-only',
      severity: 'error',
      comment: 'What is imported is named in package.json.',
      from: { path: '^(app|prisma)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'], pathNot: '^virtual:' },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      comment: 'An import that resolves to nothing is a typo.',
      from: { path: '^(app|prisma|tests)/' },
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
