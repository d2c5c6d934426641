import { databaseAnswers } from '#app/db.server.ts';

/** Tells a load balancer whether this process can serve: it answers, and so does its database. */
export async function loader() {
  const well = await databaseAnswers();
  return new Response(well ? 'ok' : 'the database does not answer', {
    status: well ? 200 : 503,
    headers: { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' },
  });
}
