-- What brought the first and the last visit before an order. Orders that were read before have none until they change.
ALTER TABLE "order_details" ADD COLUMN "first_source" TEXT;
ALTER TABLE "order_details" ADD COLUMN "last_source" TEXT;

-- Where the server has no loading role, rows go through a temporary table like everything else.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rekindle_loader') THEN
    BEGIN
      EXECUTE 'GRANT INSERT ("first_source", "last_source") ON "order_details" TO rekindle_loader';
    EXCEPTION
      WHEN insufficient_privilege THEN
        NULL;
    END;
  END IF;
END $$;

-- What stood as a source was the sales channel of one order. Sources are gathered anew, and so are channels, which are
-- told as everywhere else from now on.
ALTER TABLE "bought" NO FORCE ROW LEVEL SECURITY;
UPDATE "bought" SET "run_id" = NULL, "first_source" = NULL, "last_source" = NULL;
ALTER TABLE "bought" FORCE ROW LEVEL SECURITY;

-- Saved segments that asked for such a source ask for the sales channel, which its values are of. A key of JSON cannot
-- be mistaken for what somebody wrote, where quotes have backslashes. An editor that is open saw another question.
ALTER TABLE "saved_segments" NO FORCE ROW LEVEL SECURITY;
UPDATE "saved_segments"
SET "conditions" = regexp_replace("conditions"::text, '"what": "(first|last)-source"', '"what": "channel"', 'g')::jsonb,
    "version" = "version" + 1
WHERE "conditions"::text ~ '"what": "(first|last)-source"';
ALTER TABLE "saved_segments" FORCE ROW LEVEL SECURITY;
