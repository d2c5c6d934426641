-- Wishes are rows, so that no queued job carries one that could be lost: which settings and orders were scored, up
-- to which scores was planned, that everything is to be removed. Tallies keep the progress of a write-back cheap.
ALTER TABLE "shops"
  ADD COLUMN "restore_rate" INTEGER,
  ADD COLUMN "bucket_size" INTEGER,
  ADD COLUMN "unreachable_since" TIMESTAMPTZ,
  ADD COLUMN "given_up_job" TEXT,
  ADD COLUMN "given_up_reason" TEXT,
  ADD COLUMN "given_up_at" TIMESTAMPTZ;

ALTER TABLE "settings"
  ADD COLUMN "scoring_version" INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN "planned_run_id" BIGINT,
  DROP CONSTRAINT "settings_write_back",
  ADD CONSTRAINT "settings_write_back"
    CHECK ("write_back" IN ('not-asked', 'not-now', 'on', 'off', 'removing'));

ALTER TABLE "score_runs"
  ADD COLUMN "scoring_version" INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN "data_mark" TEXT NOT NULL DEFAULT '';

ALTER TABLE "write_runs"
  ADD COLUMN "done" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "failed" INTEGER NOT NULL DEFAULT 0,
  DROP CONSTRAINT "write_runs_state",
  ADD CONSTRAINT "write_runs_state"
    CHECK ("state" IN ('planned', 'sending', 'stopping', 'done', 'stopped', 'failed'));
