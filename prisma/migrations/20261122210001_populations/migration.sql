-- Who is scored among their own: customers who buy for a company, and those who buy at the till only.
ALTER TABLE "settings" ADD COLUMN "companies_apart" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "settings" ADD COLUMN "till_apart" BOOLEAN NOT NULL DEFAULT false;

-- 'pos' = no order that counts was for a company and every one was bought at the till; kept while that is set.
ALTER TABLE "company_buyers" RENAME TO "customer_populations";
ALTER TABLE "customer_populations" RENAME CONSTRAINT "company_buyers_pkey" TO "customer_populations_pkey";
ALTER TABLE "customer_populations" DROP CONSTRAINT "company_buyers_population";
ALTER TABLE "customer_populations" ADD CONSTRAINT "customer_populations_population"
  CHECK ("population" IN ('b2b', 'mixed', 'pos'));

-- Where there are company buyers the next run scores them apart: as a change of settings, which it is.
ALTER TABLE "settings" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "customer_populations" NO FORCE ROW LEVEL SECURITY;
UPDATE "settings" SET "scoring_version" = "scoring_version" + 1
  WHERE "shop_id" IN (SELECT "shop_id" FROM "customer_populations");
ALTER TABLE "settings" FORCE ROW LEVEL SECURITY;
ALTER TABLE "customer_populations" FORCE ROW LEVEL SECURITY;
