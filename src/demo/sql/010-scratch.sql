-- Everything that the load needs while it runs; the last step drops it.
CREATE SCHEMA demo;

CREATE UNLOGGED TABLE demo.parameters (
  scale double precision NOT NULL,
  seed bigint NOT NULL,
  today date,
  zone text NOT NULL DEFAULT ops.business_time_zone(),
  currency text NOT NULL,
  -- Nothing has happened from this instant on: a demo loaded at nine shows no call of the afternoon.
  until_at timestamptz,
  starts_on date,
  companies integer NOT NULL,
  deals integer NOT NULL,
  conversations integer NOT NULL,
  activities integer NOT NULL,
  cases integer NOT NULL,
  leads integer NOT NULL,
  reps integer NOT NULL,
  teams integer NOT NULL,
  agents integer NOT NULL
);

-- A load that failed before has used up numbers; the tables are empty, so they can begin again.
ALTER TABLE crm.opportunity_history ALTER COLUMN id RESTART;
ALTER TABLE crm.case_events ALTER COLUMN id RESTART;
