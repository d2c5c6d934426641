-- What writing would send, counted once after each scoring, so that Home does not look at every customer.
ALTER TABLE "score_runs" ADD COLUMN "write_plan" JSONB;
