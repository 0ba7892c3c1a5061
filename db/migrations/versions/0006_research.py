"""Research releases, who was in them, and erasing people for good.

The role focus_privacy owns what stands between people and research: it sees the sessions of those
who consent and no column that holds text, and gives them out under pseudonyms only.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = """
create table research_releases (
  id uuid primary key default app.new_id(),
  created_by uuid references users on delete set null,
  created_at timestamptz not null default now(),
  tier text not null check (tier in ('A', 'B')),
  period_start date not null,
  period_end date not null,
  subjects integer not null check (subjects >= 0),
  manifest jsonb not null,
  dictionary jsonb not null,
  rows bytea not null,  -- Parquet
  constraint research_releases_period_check check (period_start < period_end)
);

create table release_subjects (
  release_id uuid not null references research_releases on delete cascade,
  user_id uuid not null references users on delete cascade,
  primary key (release_id, user_id)
);
create index ix_release_subjects_user_id on release_subjects (user_id);

create table account_erasures (
  user_id uuid primary key references users on delete cascade,
  requested_at timestamptz not null default now(),
  due_at timestamptz not null
);

-- Whoever was erased stays erased, also after an older backup was restored. The hash of a random
-- id leads to nobody.
create table erased_people (
  id_hash bytea primary key,
  erased_at timestamptz not null default now()
);
"""

NEW_TABLES = ("research_releases", "release_subjects", "account_erasures", "erased_people")

POLICIES = """
grant usage on schema app to focus_privacy, focus_research;

create policy research on research_releases to focus_research using (true) with check (true);
grant select, insert on research_releases to focus_research;

create policy own_read on release_subjects for select to focus_app
  using (user_id = (select app.uid()));
grant select on release_subjects to focus_app;

create policy own on account_erasures to focus_app
  using (user_id = (select app.uid())) with check (user_id = (select app.uid()));
grant select, insert, delete on account_erasures to focus_app;

create policy privacy on users for select to focus_privacy using (true);
create policy erase on users for delete to focus_privacy using (
  exists (select from account_erasures e where e.user_id = users.id and e.due_at <= now()));
create policy privacy on consents for select to focus_privacy using (purpose = 'research');
create policy privacy on account_erasures for select to focus_privacy using (true);
create policy privacy on research_releases for select to focus_privacy using (true);
create policy privacy on release_subjects to focus_privacy using (true) with check (true);
create policy privacy on erased_people for insert to focus_privacy with check (true);
grant select (id, timezone, disabled_at, demo), delete on users to focus_privacy;
grant select (id, user_id, purpose, granted) on consents to focus_privacy;
grant select on account_erasures to focus_privacy;
grant select (id, tier, period_start, period_end, subjects, created_at)
  on research_releases to focus_privacy;
grant select, insert on release_subjects to focus_privacy;
grant insert on erased_people to focus_privacy;
grant select (user_id, start_time, end_time, focused_seconds, expected_duration, was_completed,
  interruption_count, focus_score, ended_by) on focus_sessions to focus_privacy;
"""

FUNCTIONS = """
-- Who takes part in research at this moment.
create function app.research_people() returns uuid[] stable language sql
  set search_path = public, pg_temp as
$$
  select coalesce(array_agg(u.id), '{}')
    from users u
   where u.disabled_at is null and not u.demo
     and not exists (select from account_erasures e where e.user_id = u.id)
     and (select k.granted from consents k
           where k.user_id = u.id and k.purpose = 'research' order by k.id desc limit 1)
$$;

create policy privacy on focus_sessions for select to focus_privacy
  using (user_id = any ((select app.research_people())::uuid[]));

-- The pseudonym in this transaction's release: HMAC-SHA256 of the id, whose padded keys the
-- transaction was given. Without a key there is none.
create function app.pseudonym(id uuid) returns text stable language sql as
$$
  select substr(encode(sha256(
           decode(nullif(current_setting('app.release_outer', true), ''), 'hex')
           || sha256(decode(nullif(current_setting('app.release_inner', true), ''), 'hex')
                     || convert_to(id::text, 'UTF8'))), 'hex'), 1, 32)
$$;

-- What research sees: no name, no text, no id, and nothing without a key. A function and not a
-- view, since a view's functions run with the rights of who reads it. A person's pseudonym is
-- computed once, not for each of their sessions.
create function app.research_sessions(first date, before date)
  returns table (subject text, week date, hour integer, area text, focused_minutes numeric,
                 planned_minutes integer, completed boolean, interruptions integer,
                 rating integer)
  stable security definer set search_path = public, pg_temp language sql as
$$
  with people as materialized (
    select u.id, u.timezone, app.pseudonym(u.id) as subject
      from users u where u.id = any ((select app.research_people())::uuid[]))
  select * from (
    select p.subject,
           date_trunc('week', s.start_time at time zone p.timezone)::date as week,
           extract(hour from s.start_time at time zone p.timezone)::integer,
           split_part(p.timezone, '/', 1),
           s.focused_seconds / 60.0,
           s.expected_duration,
           s.was_completed,
           s.interruption_count,
           s.focus_score
      from people p join focus_sessions s on s.user_id = p.id
     where p.subject is not null and s.end_time is not null and s.ended_by <> 'auto_close'
       and s.focused_seconds >= 60
       and s.start_time >= first - interval '1 day' and s.start_time < before + interval '1 day'
  ) found where week >= first and week < before
$$;

-- Which people these pseudonyms of the transaction's key are is kept for them alone to read.
create function app.note_subjects(release uuid, subjects text[]) returns bigint
  security definer set search_path = public, pg_temp language sql as
$$
  with noted as (
    insert into release_subjects (release_id, user_id)
    select release, id from unnest((select app.research_people())) id
     where app.pseudonym(id) = any (subjects)
    returning 1)
  select count(*) from noted
$$;

-- Earlier releases of the same weeks, and how many of these people were in them.
create function app.earlier_releases(wanted_tier text, first date, last date, subjects text[])
  returns table (release_id uuid, people integer, in_both bigint)
  stable security definer set search_path = public, pg_temp language sql as
$$
  with mine as materialized (
    select id from unnest((select app.research_people())) id
     where app.pseudonym(id) = any (subjects))
  select r.id, r.subjects,
         (select count(*) from release_subjects b join mine on mine.id = b.user_id
           where b.release_id = r.id)
    from research_releases r
   where r.tier = wanted_tier and r.period_start < last and first < r.period_end
$$;

create function app.my_releases()
  returns table (id uuid, tier text, period_start date, period_end date, subjects integer,
                 created_at timestamptz)
  stable security definer set search_path = public, pg_temp language sql as
$$
  select r.id, r.tier, r.period_start, r.period_end, r.subjects, r.created_at
    from research_releases r join release_subjects b on b.release_id = r.id
   where b.user_id = (select app.uid()) order by r.created_at desc
$$;

create function app.erase_due() returns setof uuid
  security definer set search_path = public, pg_temp language sql as
$$
  delete from users u using account_erasures e
   where e.user_id = u.id and e.due_at <= now() returning u.id
$$;

create function app.note_erasure() returns trigger
  security definer set search_path = public, pg_temp language plpgsql as
$$
begin
  insert into erased_people (id_hash) values (sha256(convert_to(old.id::text, 'UTF8')))
    on conflict do nothing;
  return null;
end
$$;
"""

FOR_RESEARCH = (
    "research_sessions(date, date)",
    "note_subjects(uuid, text[])",
    "earlier_releases(text, date, date, text[])",
)
FUNCTIONS_OF = {
    "research_people()": None,
    "pseudonym(uuid)": None,
    **dict.fromkeys(FOR_RESEARCH, "focus_research"),
    "my_releases()": "focus_app",
    "erase_due()": "focus_scheduler",
    "note_erasure()": None,
}


def upgrade() -> None:
    op.execute(TABLES)
    for table in NEW_TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    op.execute(POLICIES)
    # Their bodies are for their owner-to-be, not for who migrates, whom the policies stop.
    op.execute("set local check_function_bodies = off")
    op.execute(FUNCTIONS)
    op.execute("grant create on schema app to focus_privacy")  # what taking over an object needs
    for function, role in FUNCTIONS_OF.items():
        op.execute(f"revoke all on function app.{function} from public")
        if role:
            op.execute(f"grant execute on function app.{function} to {role}")
    op.execute(
        """
        create trigger note_erasure after delete on users
          for each row execute function app.note_erasure();
        """
    )
    for function in FUNCTIONS_OF:
        op.execute(f"alter function app.{function} owner to focus_privacy")
    op.execute("revoke create on schema app from focus_privacy")


def downgrade() -> None:
    op.execute(
        """
        drop trigger note_erasure on users;
        drop policy privacy on focus_sessions;
        drop policy privacy on users;
        drop policy erase on users;
        drop policy privacy on consents;
        """
    )
    for function in reversed(FUNCTIONS_OF):
        op.execute(f"drop function app.{function}")
    op.execute(
        """
        revoke all on users, focus_sessions, consents from focus_privacy;
        revoke usage on schema app from focus_privacy, focus_research;
        """
    )
    op.execute(f"drop table {', '.join(reversed(NEW_TABLES))}")
