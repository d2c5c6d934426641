/** Who may have something: anybody, anybody signed in to the shop, or the account owner and managers. */
export type Needs = 'nobody' | 'staff' | 'manager';

/** Of each route: the least role its loader and its action ask for; null when it has none. `path` is one that exists. */
export const ROUTE_ROLES: Readonly<
  Record<string, { path: string; loader: Needs | null; action: Needs | null }>
> = {
  root: { path: '/', loader: 'nobody', action: null },
  'routes/$': { path: '/nowhere', loader: 'nobody', action: null },
  'routes/_index': { path: '/', loader: 'nobody', action: null },
  'routes/auth.$': { path: '/auth/else', loader: 'staff', action: null },
  'routes/auth.login': { path: '/auth/login', loader: 'nobody', action: 'nobody' },
  'routes/healthcheck': { path: '/healthcheck', loader: 'nobody', action: null },
  'routes/app': { path: '/app', loader: 'staff', action: null },
  'routes/app.$': { path: '/app/nowhere', loader: 'staff', action: null },
  'routes/app._index': { path: '/app?index', loader: 'staff', action: 'manager' },
  'routes/app.at-risk': { path: '/app/at-risk', loader: 'staff', action: 'staff' },
  'routes/app.builder.$segmentId': { path: '/app/builder/new', loader: 'staff', action: 'manager' },
  'routes/app.builder.count': { path: '/app/builder/count', loader: null, action: 'staff' },
  'routes/app.builder.values': { path: '/app/builder/values?what=tag', loader: 'staff', action: null },
  'routes/app.customers._index': { path: '/app/customers?index', loader: 'staff', action: null },
  'routes/app.customers.export': { path: '/app/customers/export', loader: 'manager', action: null },
  'routes/app.customers.find': { path: '/app/customers/find', loader: null, action: 'staff' },
  'routes/app.customers.put-back': {
    path: '/app/customers/put-back?customer=1001',
    loader: 'staff',
    action: null,
  },
  'routes/app.customers.$customerId': { path: '/app/customers/1001', loader: 'staff', action: 'manager' },
  'routes/app.cycle': { path: '/app/cycle', loader: 'staff', action: 'manager' },
  'routes/app.cycle_.$state': { path: '/app/cycle/lapsed', loader: 'staff', action: null },
  'routes/app.grid': { path: '/app/grid', loader: 'staff', action: null },
  'routes/app.health': { path: '/app/health', loader: 'staff', action: null },
  'routes/app.moves': { path: '/app/moves', loader: 'staff', action: null },
  'routes/app.moves_.people': { path: '/app/moves/people?fell=valuable', loader: 'staff', action: null },
  'routes/app.preview': { path: '/app/preview', loader: 'manager', action: null },
  'routes/app.progress': { path: '/app/progress', loader: 'staff', action: null },
  'routes/app.privacy': { path: '/app/privacy', loader: 'manager', action: 'manager' },
  'routes/app.segments._index': { path: '/app/segments?index', loader: 'staff', action: null },
  'routes/app.segments.$segment': { path: '/app/segments/at-risk', loader: 'staff', action: null },
  'routes/app.segments.$segment.export': {
    path: '/app/segments/at-risk/export',
    loader: 'manager',
    action: null,
  },
  'routes/app.undo-plan': { path: '/app/undo-plan?number=1', loader: 'manager', action: null },
  'routes/app.writes._index': { path: '/app/writes?index', loader: 'staff', action: null },
  'routes/app.writes.$runId': { path: '/app/writes/1', loader: 'staff', action: 'manager' },
  'routes/app.past': { path: '/app/past', loader: 'staff', action: 'staff' },
  'routes/app.scheme': { path: '/app/scheme', loader: 'staff', action: 'manager' },
  'routes/app.simulation': { path: '/app/simulation?number=1', loader: 'staff', action: null },
  'routes/app.settings': { path: '/app/settings', loader: 'staff', action: 'manager' },
};
