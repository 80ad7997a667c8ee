--! breaking
-- Receiving webhook posts by the thousand.

-- The payloads of deliveries that came in one moment for one connection, one after the other, compressed together: they repeat
-- each other, so a pack takes an eighth of what its payloads took, in the log of changes too.
create table delivery_packs (
  id             uuid primary key,
  connection_id  uuid not null references connections on delete cascade,
  payloads       bytea not null,                       -- Zstandard
  made_at        timestamptz not null default now()
);
alter table delivery_packs alter column payloads set storage external;

-- A payload lies in its row, or in a pack. No foreign key: it would be looked up for each of the thousands, and a pack
-- goes when no delivery names it any more.
alter table deliveries
  alter column payload drop not null,
  add column pack_id uuid,
  add column pack_start int,                           -- where the payload begins, in bytes of what was compressed
  add column pack_bytes int,
  add constraint deliveries_payload_kept check (num_nonnulls(payload, pack_id) = 1);

-- the connection has the same, and takes its deliveries with it
alter table deliveries drop constraint deliveries_tenant_id_fkey;
