import { DuckDBInstance } from '@duckdb/node-api';

const SLIM = `{id: 'varchar', "processedAt": 'timestamp', "cancelledAt": 'timestamp', test: 'boolean',
  "displayFinancialStatus": 'varchar', customer: 'struct(id varchar)',
  "totalPriceSet": 'struct("shopMoney" struct(amount varchar))',
  "totalRefundedSet": 'struct("shopMoney" struct(amount varchar))'}`;

/**
 * Seconds that DuckDB on one thread takes from the slim export to scores, storing nothing: the same counting
 * rules, whole days, and scores by the share of customers strictly worse.
 */
export async function duckdbScores(slim: string): Promise<number> {
  return measured(`
    with counted as (
      select customer.id as customer, cast("processedAt" as date) as day,
        "totalPriceSet"."shopMoney".amount::decimal(18, 2) - "totalRefundedSet"."shopMoney".amount::decimal(18, 2) as net
      from read_ndjson('${slim}', columns = ${SLIM})
      where customer is not null and not test and "cancelledAt" is null
        and "displayFinancialStatus" in ('PAID', 'PARTIALLY_PAID', 'PARTIALLY_REFUNDED')),
    customers as (select customer, max(day) as day, count(*) as orders, sum(net) as spent
      from counted where net > 0 group by customer),
    scores as (select
      1 + 5 * (rank() over (order by day) - 1) // count(*) over () as r,
      1 + 5 * (rank() over (order by orders) - 1) // count(*) over () as f,
      1 + 5 * (rank() over (order by spent) - 1) // count(*) over () as m
      from customers)
    select sum(r), sum(f), sum(m) from scores`);
}

/** Seconds that DuckDB on one thread takes to read the wanted fields of the details export, storing nothing. */
export async function duckdbDetails(details: string): Promise<number> {
  return measured(`
    select count(*), count("__parentId"), sum(quantity), count(product.id), max("sourceName"), count(refunds),
      max("customerJourneySummary"."firstVisit".source), max("customerJourneySummary"."lastVisit".source), sum("discountedTotalSet"."shopMoney".amount::decimal(18, 2))
    from read_ndjson('${details}', columns = {id: 'varchar', "__parentId": 'varchar', quantity: 'integer',
      "sourceName": 'varchar', product: 'struct(id varchar, title varchar, "productType" varchar, vendor varchar)',
      "customerJourneySummary": 'struct("firstVisit" struct(source varchar), "lastVisit" struct(source varchar))',
      refunds: 'json', "discountedTotalSet": 'struct("shopMoney" struct(amount varchar))'})`);
}

async function measured(sql: string): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const start = performance.now();
  await connection.runAndReadAll(sql);
  const seconds = (performance.now() - start) / 1000;
  connection.closeSync();
  instance.closeSync();
  return seconds;
}
