-- The drift audit by sample, and drift of the short lists (SPEC T3).

alter table sync_runs
  drop constraint sync_runs_kind_check,
  add constraint sync_runs_kind_check check (kind in ('sync', 'import', 'reconcile', 'sample')),
  add column compared int;                             -- reconcile, sample: items that were compared with GitHub

alter table repositories add column sample_due_at timestamptz;

-- Labels, branches and people have no time of change on GitHub. What the last read of their list told of each is remembered
-- as a fingerprint: GitHub tells the same again, and what stands here differs, so it stood wrong without being news.
alter table facets add column told jsonb;              -- key -> fingerprint; null: not read since this was remembered
