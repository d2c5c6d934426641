/** One request the stand-in answered, or one webhook it sent. */
export type Call = {
  readonly at: number;
  readonly kind: 'graphql' | 'token' | 'download' | 'upload' | 'webhook';
  readonly shop: string;
  /** Name of the GraphQL operation, grant of the token request, topic of the webhook, or path of the file. */
  readonly op: string;
  /** Root fields of a GraphQL operation, without aliases. */
  readonly fields: readonly string[];
  readonly mutation: boolean;
  /** Points of a GraphQL call; a call that was refused before it ran costs nothing. */
  readonly requested: number;
  readonly actual: number;
  readonly throttled: boolean;
  /** HTTP status; 0 when the connection was cut or refused. */
  readonly status: number;
};

export type CallLog = {
  readonly all: readonly Call[];
  add(call: Partial<Call> & Pick<Call, 'at' | 'kind' | 'shop' | 'op' | 'status'>): void;
  /** The calls whose operation, root field, grant or topic is `name`. */
  of(name: string): Call[];
  /** Points that were really charged, of all calls or of those that use the root field. */
  points(field?: string): number;
  clear(): void;
};

export function createCallLog(): CallLog {
  const all: Call[] = [];
  const of = (name: string): Call[] => all.filter((call) => call.op === name || call.fields.includes(name));
  return {
    all,
    of,
    add: (call) =>
      all.push({ fields: [], mutation: false, requested: 0, actual: 0, throttled: false, ...call }),
    points: (field) => (field === undefined ? all : of(field)).reduce((sum, call) => sum + call.actual, 0),
    clear: () => {
      all.length = 0;
    },
  };
}
