import { notModelled, type ApiContext, type Args } from './model.ts';

type Input = {
  readonly resource: string;
  readonly filename: string;
  readonly mimeType: string;
  readonly httpMethod?: string | null;
};

/** stagedUploadsCreate for the variables of bulk mutations, uploaded by POST. */
export function stagedUploadsCreate(args: Args, { world, office }: ApiContext): unknown {
  const stagedTargets = (args.input as readonly Input[]).map((input) => {
    if (input.resource !== 'BULK_MUTATION_VARIABLES')
      throw notModelled(`staged uploads of ${input.resource}`);
    if (input.httpMethod !== 'POST') throw notModelled('staged uploads by PUT');
    return world.files.stage(office.shop, input.filename, input.mimeType);
  });
  return { stagedTargets, userErrors: [] };
}
