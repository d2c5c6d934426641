import { quote } from './bulk-lines.ts';
import { BulkFailure, type BulkWork } from './bulk-operations.ts';
import { run, type Prepared } from './execution.ts';
import type { ApiContext, Args } from './model.ts';
import type { AdminSchema } from './schema.ts';
import { struckBy } from './trouble.ts';

/** Real milliseconds of lines carried out in one turn. */
const TURN = 50;
const MOST_PER_TURN = 250;

/** The work of a bulk mutation: every line of the upload is the variables of one run. */
export function bulkMutationWork(
  admin: AdminSchema,
  prepared: Prepared,
  upload: Buffer,
  api: ApiContext,
): BulkWork {
  return async (operation, { struck, pace, stopped }) => {
    const draft = await api.world.files.draft(api.office.shop);
    const failure = struckBy(struck, 'failBulk');
    const lines = upload
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
    const perSecond = api.world.bulkPace.mutationLinesPerSecond * api.world.clock.timeScale;
    const turn = Math.min(MOST_PER_TURN, Math.max(1, Math.floor((perSecond * TURN) / 1000)));
    for (let at = 0; at < lines.length && !stopped(); at += turn) {
      const room = failure === undefined ? Infinity : failure.afterLines - operation.objectCount;
      const batch = lines.slice(at, at + Math.min(turn, room));
      const results = batch.map((line, index) => oneLine(admin, prepared, line, at + index, api));
      if (results.length > 0) await draft.append(Buffer.from(`${results.join('\n')}\n`));
      operation.objectCount += batch.length;
      operation.rootObjectCount += batch.length;
      if (failure !== undefined && batch.length === room) {
        if (failure.partial === true) operation.partial = await draft.finish();
        else await draft.discard();
        throw new BulkFailure(failure.errorCode ?? 'INTERNAL_SERVER_ERROR');
      }
      await pace(operation.objectCount);
    }
    operation.file = await draft.finish();
  };
}

function oneLine(
  admin: AdminSchema,
  prepared: Prepared,
  line: string,
  number: number,
  api: ApiContext,
): string {
  let variables: Args;
  try {
    variables = JSON.parse(line) as Args;
  } catch {
    return `{"errors":[{"message":${quote('The line is not valid JSON')}}],"__lineNumber":${number}}`;
  }
  const { data, errors } = run(admin, prepared, variables, api);
  const result = { ...(data ? { data } : {}), ...(errors ? { errors } : {}), __lineNumber: number };
  return JSON.stringify(result).replaceAll('/', '\\/');
}
