-- The journal notes what was there before each write, as far as the app knew: '' = nothing, NULL = not known. With it
-- a write-back, and everything written after it, can be taken back.
ALTER TABLE "writes" ADD COLUMN "before" TEXT;

-- Writes of an undo that were not sent, since somebody else had changed the thing.
ALTER TABLE "write_runs"
  ADD COLUMN "kept" INTEGER NOT NULL DEFAULT 0,
  DROP CONSTRAINT "write_runs_kind",
  ADD CONSTRAINT "write_runs_kind" CHECK ("kind" IN ('full', 'following', 'undo'));

-- The wish to undo, and back to before which write-back.
ALTER TABLE "settings"
  ADD COLUMN "undo_run_id" BIGINT,
  DROP CONSTRAINT "settings_write_back",
  ADD CONSTRAINT "settings_write_back"
    CHECK ("write_back" IN ('not-asked', 'not-now', 'on', 'off', 'removing', 'undoing')),
  ADD CONSTRAINT "settings_undo_run_id" CHECK (("write_back" = 'undoing') = ("undo_run_id" IS NOT NULL));
