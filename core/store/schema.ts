/** Each entry brings the database from the version before it to its own; they are never edited once released. */
export const migrations: readonly string[] = [
  `
  create table messages (
    seq integer primary key, source text not null, id text not null, hash text not null, kind text not null, event text,
    subject text, at integer not null, sent_at integer, received_at integer not null, flag text, body text not null,
    unique (source, id));
  create index messages_subject on messages (subject, at, seq) where subject is not null;
  create table set_aside (seq integer primary key, source text not null, id text not null, reason text not null, received_at integer not null, body text not null);
  create table components (id text primary key, version integer not null, body text not null);
  create table nodes (id text primary key, component text not null) without rowid;
  create table profiles (id text primary key, component text not null, due_at integer, basis text not null, segments text not null);
  create index profiles_component on profiles (component);
  create index profiles_due on profiles (due_at) where due_at is not null;
  create index profiles_basis on profiles (basis);
  create table vetoes (a text not null, b text not null, primary key (a, b)) without rowid;
  create table tombstones (node text primary key, at integer not null) without rowid;
  create table decisions (id text primary key, node text not null, slot text not null, offer text not null, ended_at integer, body text not null);
  create index decisions_node on decisions (node);
  create table uses (offer text primary key, count integer not null) without rowid;
  create table contacts (
    connector text not null, node text not null, profile text not null, lane integer not null, dirty_at integer,
    next_try_at integer not null, dead integer not null, body text not null, primary key (connector, node));
  create index contacts_node on contacts (node);
  create index contacts_profile on contacts (profile, connector);
  create index contacts_dirty on contacts (connector, lane, dirty_at) where dirty_at is not null and dead = 0;
  create index contacts_dead on contacts (connector, node) where dead = 1;
  create table deliveries (seq integer primary key, connector text not null, contact text not null, at integer not null, outcome text not null, reason text, fields text not null);
  create index deliveries_connector on deliveries (connector, seq);
  create table delivery_totals (connector text not null, outcome text not null, count integer not null, primary key (connector, outcome)) without rowid;
  create table shadow (connector text not null, node text not null, contact text not null, at integer not null, would text not null, holds text, primary key (connector, node)) without rowid;
  create table connectors (connector text primary key, body text not null) without rowid;
  create table pulled (connector text not null, record text not null, hash text not null, primary key (connector, record)) without rowid;
  create table audit (seq integer primary key, at integer not null, actor text not null, action text not null, subject text not null, detail text not null);
  create index audit_action on audit (action, seq);
  create table revisions (seq integer primary key, id text not null, body text not null, published_at integer not null, by text not null);
  create table api_keys (id text primary key, body text not null) without rowid;
  create table facts (name text primary key, value text not null) without rowid;
  `,
  // What was pulled was named by addresses until here: it is forgotten, and told once more.
  `
  alter table set_aside add column subject text;
  create index set_aside_subject on set_aside (subject) where subject is not null;
  delete from pulled;
  create index pulled_record on pulled (record);
  `,
  // What people did leaves the components' rows, which were rewritten with every event, and each table is kept in the
  // order in which it is read, so that a message touches few pages. All that is derived is folded again from the log.
  `
  create table history (
    node text not null, at integer not null, source text not null, message text not null, name text, key text,
    properties text, primary key (node, at, source, message)) without rowid;
  drop index messages_subject;
  alter table messages drop column subject;
  delete from components;
  delete from nodes;
  drop table profiles;
  create table profiles (component text not null, id text not null, due_at integer, basis text not null, segments text not null, primary key (component, id)) without rowid;
  create index profiles_due on profiles (due_at) where due_at is not null;
  alter table decisions rename to decisions_before;
  create table decisions (seq integer primary key, node text not null, id text not null, slot text not null, offer text not null, ended_at integer, body text not null, unique (node, id));
  insert into decisions (node, id, slot, offer, ended_at, body) select node, id, slot, offer, ended_at, body from decisions_before;
  drop table decisions_before;
  delete from facts where name = 'derived';
  `,
  // What is asked for at every beat and by every scrape must not cost more with every customer: totals are kept, not counted.
  `
  create table counts (name text primary key, count integer not null) without rowid;
  insert into counts select 'messages', count(*) from messages union all select 'profiles', count(*) from profiles;
  create trigger messages_more after insert on messages begin update counts set count = count + 1 where name = 'messages'; end;
  create trigger messages_fewer after delete on messages begin update counts set count = count - 1 where name = 'messages'; end;
  create trigger profiles_more after insert on profiles begin update counts set count = count + 1 where name = 'profiles'; end;
  create trigger profiles_fewer after delete on profiles begin update counts set count = count - 1 where name = 'profiles'; end;
  create table contact_totals (connector text primary key, contacts integer not null, pending integer not null, dead integer not null) without rowid;
  insert into contact_totals select connector, count(*), sum(dirty_at is not null and dead = 0), sum(dead) from contacts group by connector;
  create trigger contacts_more after insert on contacts begin
    insert into contact_totals values (new.connector, 1, new.dirty_at is not null and new.dead = 0, new.dead)
    on conflict (connector) do update set contacts = contacts + 1, pending = pending + excluded.pending, dead = dead + excluded.dead;
  end;
  create trigger contacts_other after update of dirty_at, dead on contacts
  when (old.dirty_at is null) <> (new.dirty_at is null) or old.dead <> new.dead begin
    update contact_totals set dead = dead + new.dead - old.dead,
      pending = pending + (new.dirty_at is not null and new.dead = 0) - (old.dirty_at is not null and old.dead = 0)
    where connector = new.connector;
  end;
  create trigger contacts_fewer after delete on contacts begin
    update contact_totals set contacts = contacts - 1, dead = dead - old.dead,
      pending = pending - (old.dirty_at is not null and old.dead = 0)
    where connector = old.connector;
  end;
  create index contacts_try on contacts (connector, next_try_at) where dirty_at is not null and dead = 0;
  `,
  // A trigger for each message cost a tenth of storing it: who stores a batch counts it once. And what explains a decision
  // lies apart from it, as text: it was read with every customer, and hardly ever looked at.
  `
  drop trigger messages_more;
  alter table decisions add column trace text not null default '{}';
  update decisions set trace = coalesce(body ->> '$.trace', '{}'), body = json_remove(body, '$.trace', '$.id', '$.node', '$.slot', '$.offer', '$.endedAt');
  `,
  // Jobs that tools make of what they were sent, and fields that somebody else keeps changing: found without a look at every contact.
  `
  alter table contacts add column ticket text;
  alter table contacts add column contested integer not null default 0;
  create index contacts_ticket on contacts (connector, ticket) where ticket is not null;
  create index contacts_contested on contacts (connector, node) where contested = 1;
  update contacts set body = json_set(body, '$.job', null, '$.drifts', json('{}'));
  `,
]
