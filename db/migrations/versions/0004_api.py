"""What programs need: sign-ins with rotating refresh tokens, personal tokens, and replies that are
given twice but earned once."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
create table api_sign_ins (
  id uuid primary key default app.new_id(),
  user_id uuid not null references users on delete cascade,
  token_version integer not null,
  address varchar(64) not null default '',
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index ix_api_sign_ins_user_id on api_sign_ins (user_id);

create table refresh_tokens (
  token_hash bytea primary key,
  sign_in_id uuid not null references api_sign_ins on delete cascade,
  created_at timestamptz not null default now(),
  used_at timestamptz
);
create index ix_refresh_tokens_sign_in_id on refresh_tokens (sign_in_id);

create table personal_tokens (
  id uuid primary key default app.new_id(),
  user_id uuid not null references users on delete cascade,
  name text not null check (length(name) between 1 and 80),
  token_hash bytea not null unique,
  scopes text[] not null
    check (cardinality(scopes) > 0 and scopes <@ array['read', 'write']::text[]),
  token_version integer not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index ix_personal_tokens_user_id on personal_tokens (user_id);

create table idempotent_replies (
  user_id uuid not null references users on delete cascade,
  key text not null check (length(key) between 1 and 255),
  fingerprint bytea not null,
  reply text,  -- JSON as it was sent, so that it is the same to the byte
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index ix_idempotent_replies_created_at on idempotent_replies (created_at);
"""

POLICIES = """
alter table api_sign_ins enable row level security;
alter table api_sign_ins force row level security;
alter table refresh_tokens enable row level security;
alter table refresh_tokens force row level security;
alter table personal_tokens enable row level security;
alter table personal_tokens force row level security;
alter table idempotent_replies enable row level security;
alter table idempotent_replies force row level security;

create policy own_read on api_sign_ins for select to focus_app
  using (user_id = (select app.uid()));
grant select on api_sign_ins to focus_app;
create policy sign_in on api_sign_ins to focus_sign_in using (true) with check (true);
create policy sign_in on refresh_tokens to focus_sign_in using (true) with check (true);
grant select, insert, update on api_sign_ins, refresh_tokens to focus_sign_in;

create policy own on personal_tokens to focus_app
  using (user_id = (select app.uid())) with check (user_id = (select app.uid()));
grant select, insert, update (last_used_at, revoked_at) on personal_tokens to focus_app;

create policy own on idempotent_replies to focus_app
  using (user_id = (select app.uid())) with check (user_id = (select app.uid()));
grant select, insert, update, delete on idempotent_replies to focus_app;

-- The scheduler sweeps away what has run out, and sees no more of it than that.
create policy schedule on api_sign_ins to focus_scheduler using (true);
create policy schedule on personal_tokens to focus_scheduler using (true);
create policy schedule on idempotent_replies to focus_scheduler using (true);
grant select (expires_at, revoked_at), delete on api_sign_ins, personal_tokens to focus_scheduler;
grant select (created_at), delete on idempotent_replies to focus_scheduler;
"""

# One statement and no transaction around it, on every request: each sets its own actor, who then
# sees no row but their own. Null or no row: the token is worth nothing (any more).
STANDING = """
create function app.sign_in_standing(actor uuid, sign_in uuid, version integer) returns text
  language plpgsql as
$$
begin
  perform set_config('app.user_id', actor::text, true);
  return (
    select u.role from public.users u join public.api_sign_ins s on s.user_id = u.id
     where u.id = actor and u.disabled_at is null and u.token_version = version
       and s.id = sign_in and s.revoked_at is null and s.expires_at > now());
end
$$;

create function app.personal_token_standing(actor uuid, hash bytea)
  returns table (id uuid, role text, scopes text[], expires_at timestamptz)
  language plpgsql as
$$
begin
  perform set_config('app.user_id', actor::text, true);
  -- When it was last used is told to the minute: a write for each request would be dear.
  update public.personal_tokens t set last_used_at = now()
   where t.user_id = actor and t.token_hash = hash and t.revoked_at is null
     and t.expires_at > now()
     and (t.last_used_at is null or t.last_used_at < now() - interval '1 minute');
  return query
    select t.id, u.role, t.scopes, t.expires_at
      from public.users u join public.personal_tokens t on t.user_id = u.id
     where u.id = actor and u.disabled_at is null and t.token_hash = hash
       and t.token_version = u.token_version and t.revoked_at is null and t.expires_at > now();
end
$$;
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(POLICIES)
    op.execute(STANDING)


def downgrade() -> None:
    op.execute(
        "drop function app.personal_token_standing(uuid, bytea),"
        " app.sign_in_standing(uuid, uuid, integer);"
        " drop table idempotent_replies, personal_tokens, refresh_tokens, api_sign_ins"
    )
