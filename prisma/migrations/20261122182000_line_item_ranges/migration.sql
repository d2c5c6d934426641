-- Of each row of line items the smallest and the largest order id in it, so that the items of a few orders are found
-- without unpacking every list of the load. NULL: loaded before this was noted.
ALTER TABLE "line_items" ADD COLUMN "first_order" BIGINT, ADD COLUMN "last_order" BIGINT;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rekindle_loader') THEN
    BEGIN
      EXECUTE 'GRANT INSERT ("first_order", "last_order") ON "line_items" TO rekindle_loader';
    EXCEPTION
      WHEN insufficient_privilege THEN
        NULL;
    END;
  END IF;
END
$$;
