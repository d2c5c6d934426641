-- Revenue at risk as the worker last counted it from the orders of those it is about: more than a page has time for.
ALTER TABLE "home" ADD COLUMN "revenue_at_risk" JSONB;
