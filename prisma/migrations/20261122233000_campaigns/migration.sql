-- Win-back campaigns: what was decided, who takes part, what each customer is offered, and what came of it.
CREATE TABLE "campaigns" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'draft',
    "version" INTEGER NOT NULL DEFAULT 1,
    "secret" BYTEA NOT NULL,
    "operation" TEXT NOT NULL,
    "created_by" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "start_at" TIMESTAMPTZ,
    "launched_at" TIMESTAMPTZ,
    "ends_at" TIMESTAMPTZ,
    "ended_at" TIMESTAMPTZ,
    "pause_reason" TEXT,
    "audience" JSONB,
    "look_at" TIMESTAMPTZ,

    CONSTRAINT "campaigns_pkey" PRIMARY KEY ("shop_id","id"),
    CONSTRAINT "campaigns_name" CHECK (char_length("name") BETWEEN 1 AND 80),
    CONSTRAINT "campaigns_slug" CHECK ("slug" ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
    CONSTRAINT "campaigns_state" CHECK ("state" IN ('draft', 'scheduled', 'running', 'paused', 'stopped', 'finished'))
);
CREATE UNIQUE INDEX "campaigns_shop_id_slug_key" ON "campaigns"("shop_id", "slug");
CREATE UNIQUE INDEX "campaigns_shop_id_operation_key" ON "campaigns"("shop_id", "operation");

-- Never changed: what was in force when a customer was reached stays readable.
CREATE TABLE "campaign_versions" (
    "shop_id" BIGINT NOT NULL,
    "campaign_id" BIGINT NOT NULL,
    "version" INTEGER NOT NULL,
    "plan" JSONB NOT NULL,
    "created_by" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "campaign_versions_pkey" PRIMARY KEY ("shop_id","campaign_id","version")
);

CREATE TABLE "campaign_members" (
    "shop_id" BIGINT NOT NULL,
    "campaign_id" BIGINT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "stratum" TEXT NOT NULL,
    "held_out" BOOLEAN NOT NULL,
    "entered_at" TIMESTAMPTZ NOT NULL,
    "entry" INTEGER NOT NULL DEFAULT 1,
    "entry_at" TIMESTAMPTZ NOT NULL,
    "last_order_day" DATE,
    "state" TEXT NOT NULL DEFAULT 'active',
    "reason" TEXT,
    "step" SMALLINT NOT NULL DEFAULT -1,
    "due_at" TIMESTAMPTZ,

    CONSTRAINT "campaign_members_pkey" PRIMARY KEY ("shop_id","campaign_id","customer_id"),
    CONSTRAINT "campaign_members_state" CHECK ("state" IN ('active', 'ordered', 'left', 'skipped', 'ended'))
);
CREATE INDEX "campaign_members_due" ON "campaign_members"("shop_id", "campaign_id", "due_at") WHERE "due_at" IS NOT NULL;
CREATE INDEX "campaign_members_customer" ON "campaign_members"("shop_id", "customer_id");

-- One discount in Shopify for each step, branch, arm and last day.
CREATE TABLE "campaign_discounts" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "campaign_id" BIGINT NOT NULL,
    "version" INTEGER NOT NULL,
    "step" SMALLINT NOT NULL,
    "branch" SMALLINT NOT NULL,
    "arm" SMALLINT NOT NULL,
    "last_day" DATE NOT NULL,
    "ends_at" TIMESTAMPTZ NOT NULL,
    "gid" TEXT,
    "state" TEXT NOT NULL DEFAULT 'planned',
    "error" TEXT,

    CONSTRAINT "campaign_discounts_pkey" PRIMARY KEY ("shop_id","id"),
    CONSTRAINT "campaign_discounts_state" CHECK ("state" IN ('planned', 'ready', 'gone', 'ended', 'failed'))
);
CREATE UNIQUE INDEX "campaign_discounts_key"
  ON "campaign_discounts"("shop_id", "campaign_id", "version", "step", "branch", "arm", "last_day");
CREATE INDEX "campaign_discounts_gid" ON "campaign_discounts"("shop_id", "gid");

-- The ledger: at most one offer for each customer, entry and step.
CREATE TABLE "offers" (
    "shop_id" BIGINT NOT NULL,
    "campaign_id" BIGINT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "entry" INTEGER NOT NULL,
    "step" SMALLINT NOT NULL,
    "branch" SMALLINT NOT NULL,
    "arm" SMALLINT NOT NULL,
    "version" INTEGER NOT NULL,
    "needs_code" BOOLEAN NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "edited" JSONB,
    "code" TEXT,
    "discount_id" BIGINT,
    "batch_id" BIGINT,
    "ends_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "assigned_to" BIGINT,
    "later_until" DATE,
    "reviewed_by" BIGINT,
    "reviewed_at" TIMESTAMPTZ,
    "sent_at" TIMESTAMPTZ,
    "given_at" TIMESTAMPTZ,
    "withdraw_at" TIMESTAMPTZ,
    "withdrawn_at" TIMESTAMPTZ,
    "redeemed_at" TIMESTAMPTZ,
    "redeemed_order" BIGINT,

    CONSTRAINT "offers_pkey" PRIMARY KEY ("shop_id","campaign_id","customer_id","entry","step"),
    CONSTRAINT "offers_state" CHECK ("state" IN
      ('review', 'later', 'approved', 'ready', 'sending', 'given', 'skipped', 'dropped', 'failed', 'unknown'))
);
CREATE UNIQUE INDEX "offers_code" ON "offers"("shop_id", "code");
CREATE INDEX "offers_open" ON "offers"("shop_id", "campaign_id", "state")
  WHERE "state" IN ('review', 'later', 'approved', 'ready', 'sending');
CREATE INDEX "offers_to_withdraw" ON "offers"("shop_id", "withdraw_at") WHERE "withdraw_at" IS NOT NULL AND "withdrawn_at" IS NULL;
CREATE INDEX "offers_customer" ON "offers"("shop_id", "customer_id");
CREATE INDEX "offers_batch" ON "offers"("shop_id", "batch_id") WHERE "batch_id" IS NOT NULL;

-- A call that adds up to 250 codes to a discount, noted before it is made.
CREATE TABLE "code_batches" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "discount_id" BIGINT NOT NULL,
    "gid" TEXT,
    "state" TEXT NOT NULL DEFAULT 'intended',
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "asked_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "deadline" TIMESTAMPTZ NOT NULL,

    CONSTRAINT "code_batches_pkey" PRIMARY KEY ("shop_id","id"),
    CONSTRAINT "code_batches_state" CHECK ("state" IN ('intended', 'asked', 'done', 'failed'))
);
CREATE INDEX "code_batches_open" ON "code_batches"("shop_id", "discount_id") WHERE "state" IN ('intended', 'asked');

-- What a campaign has shown by the end of a day.
CREATE TABLE "campaign_looks" (
    "shop_id" BIGINT NOT NULL,
    "campaign_id" BIGINT NOT NULL,
    "day" DATE NOT NULL,
    "computed_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "final" BOOLEAN NOT NULL,
    "figures" JSONB NOT NULL,

    CONSTRAINT "campaign_looks_pkey" PRIMARY KEY ("shop_id","campaign_id","day")
);

-- What people and guards did with a campaign.
CREATE TABLE "campaign_events" (
    "shop_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "campaign_id" BIGINT NOT NULL,
    "at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "by" BIGINT,
    "what" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "campaign_events_pkey" PRIMARY KEY ("shop_id","id")
);
CREATE INDEX "campaign_events_campaign" ON "campaign_events"("shop_id", "campaign_id", "id");

GRANT SELECT, INSERT, UPDATE, DELETE ON "campaigns", "campaign_versions", "campaign_members", "campaign_discounts",
  "offers", "code_batches", "campaign_looks", "campaign_events" TO rekindle_app;
GRANT USAGE ON SEQUENCE "campaigns_id_seq", "campaign_discounts_id_seq", "code_batches_id_seq", "campaign_events_id_seq"
  TO rekindle_app;
ALTER TABLE "campaigns" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "campaigns" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "campaigns"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
ALTER TABLE "campaign_versions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "campaign_versions" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "campaign_versions"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
ALTER TABLE "campaign_members" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "campaign_members" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "campaign_members"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
ALTER TABLE "campaign_discounts" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "campaign_discounts" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "campaign_discounts"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
ALTER TABLE "offers" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "offers" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "offers"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
ALTER TABLE "code_batches" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "code_batches" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "code_batches"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
ALTER TABLE "campaign_looks" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "campaign_looks" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "campaign_looks"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
ALTER TABLE "campaign_events" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "campaign_events" FORCE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON "campaign_events"
  USING (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  WITH CHECK (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
