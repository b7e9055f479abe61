#include "aura/queue/doctor.h"

#include <chrono>
#include <cmath>
#include <cstdio>

#include "aura/queue/aids.h"
#include "aura/queue/connection.h"
#include "aura/queue/listener.h"
#include "aura/queue/queue_table.h"
#include "embedded_sql.h"
#include "session.h"
#include "sql.h"

namespace aura::queue {
namespace {

/// Beyond this, the times in logs and rows contradict each other.
constexpr double kMostClockSkewS = 5;

// "name type" of each column whose type matters, as format_type() writes it.
constexpr const char* kWrongTypes = R"sql(
SELECT string_agg(format('%s is %s, not %s', w.name, format_type(a.atttypid, a.atttypmod), w.type), '; ') AS wrong,
       bool_or(w.name IN ('id', 'jobId', 'status')) AS vital
FROM (VALUES ('id', 'text'), ('userId', 'text'), ('jobId', 'text'), ('status', 'text'), ('progress', 'integer'),
             ('audioUrl', 'text'), ('lyricsText', 'text'), ('hitFactor', 'double precision'),
             ('audioScore', 'double precision'), ('lyricsScore', 'double precision'),
             ('brandScore', 'double precision'), ('marketScore', 'double precision'),
             ('recommendations', 'jsonb'), ('similarHits', 'jsonb'), ('fullReport', 'jsonb'),
             ('modelVersion', 'text'), ('processingTime', 'integer'), ('errorMessage', 'text'),
             ('createdAt', 'timestamp(3) without time zone'), ('updatedAt', 'timestamp(3) without time zone'),
             ('completedAt', 'timestamp(3) without time zone')) AS w (name, type)
JOIN pg_attribute a ON a.attrelid = $1::regclass AND a.attname = w.name
WHERE format_type(a.atttypid, a.atttypmod) <> w.type
)sql";

constexpr const char* kRights = R"sql(
SELECT current_user AS role, quote_ident(current_user) AS quoted_role,
       has_table_privilege(c.oid, 'SELECT') AS may_select, has_any_column_privilege(c.oid, 'UPDATE') AS may_update,
       pg_has_role(c.relowner, 'MEMBER') AS is_owner, quote_ident(o.rolname) AS owner,
       c.relrowsecurity AND NOT (SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user)
         AND NOT (pg_has_role(c.relowner, 'MEMBER') AND NOT c.relforcerowsecurity)
         AND NOT EXISTS (SELECT FROM pg_policies p WHERE p.schemaname = n.nspname AND p.tablename = c.relname
                         AND p.roles && ARRAY[current_user, 'public']::name[]) AS row_security,
       coalesce(has_schema_privilege(c.relowner, to_regnamespace('aura')::oid, 'USAGE'), true) AS owner_may_migrate,
       has_schema_privilege(n.oid, 'USAGE') AS may_enter, quote_ident(n.nspname) AS schema
FROM pg_class c JOIN pg_roles o ON o.oid = c.relowner JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = $2
)sql";

constexpr const char* kSchema = R"sql(
SELECT n.nspname IS NOT NULL AS present, coalesce(pg_has_role(n.nspowner, 'MEMBER'), false) AS is_owner,
       coalesce(has_schema_privilege(n.oid, 'USAGE') AND (
         SELECT bool_and(has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
                         AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))
         FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind = 'r'), false) AS may_use,
       NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = 'migration') AS is_empty,
       has_database_privilege(current_database(), 'CREATE') AS may_create,
       quote_ident(current_user) AS role, quote_ident(current_database()) AS database
FROM (SELECT) AS one LEFT JOIN pg_namespace n ON n.nspname = 'aura'
)sql";

constexpr const char* kOrphans = R"sql(
SELECT count(*) FROM {jobs} j
WHERE j."status" = 'processing'
  AND NOT EXISTS (SELECT FROM aura.run r WHERE r.job_id = j."id" AND r.state = 'running')
)sql";

constexpr const char* kConnections = R"sql(
SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - (SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL AND usesysid IS NOT NULL)::int AS free
)sql";

// Other roles' transactions are seen by those who may read all statistics.
constexpr const char* kOldTransaction = R"sql(
SELECT (extract(epoch FROM max(now() - xact_start)) / 60)::int AS minutes FROM pg_stat_activity
WHERE backend_type = 'client backend' AND datname = current_database() AND xact_start < now() - interval '1 hour'
)sql";

class Doctor {
 public:
  explicit Doctor(const Examined& examined) : examined_(examined), connection_(examined.url) {}

  std::vector<Finding> examine() {
    // What the first two find missing, the rest can't be asked of.
    if (check("connection", &Doctor::connection) && check("table", &Doctor::find_table)) {
      check("rights", &Doctor::rights);
      check("schema", &Doctor::schema);
      if (may_enter_) {
        check("shape", &Doctor::shape);
        check("aids", &Doctor::aids);
      }
      if (may_enter_ && has_runs_) check("orphans", &Doctor::orphans);
    }
    if (reached_) {
      check("listen", &Doctor::listen);
      check("clock", &Doctor::clock);
      check("connections", &Doctor::connections);
      check("transactions", &Doctor::transactions);
    }
    return std::move(findings_);
  }

 private:
  /// Whether the check could be made.
  bool check(const char* name, void (Doctor::*body)()) try {
    name_ = name;
    (this->*body)();
    return true;
  } catch (const std::exception& error) {
    broken(error.what(), mend_);
    return false;
  }

  void add(Verdict verdict, std::string found, std::string mend) {
    findings_.push_back({name_, verdict, std::move(found), std::move(mend)});
  }
  void fine(std::string found) { add(Verdict::kFine, std::move(found), ""); }
  void slower(std::string found, std::string mend) {
    add(Verdict::kSlower, std::move(found), std::move(mend));
  }
  void broken(std::string found, std::string mend) {
    add(Verdict::kBroken, std::move(found), std::move(mend));
  }

  template <typename... Arguments>
  pqxx::row ask(const char* sql, const Arguments&... arguments) {
    return connection_.session().execute(sql, arguments...)[0];
  }

  void connection() {
    mend_ =
        "check host, port, user, password and sslmode of DATABASE_URL, and that it leads to a "
        "server that takes writes";
    const auto row = ask("SELECT current_setting('server_version'), current_user");
    reached_ = true;
    mend_ = "look into the server's log";
    fine("PostgreSQL " + row[0].as<std::string>() + " at " + examined_.url.display + " as " +
         row[1].as<std::string>());
  }

  void find_table() {
    mend_ = "see the README about AURA_TABLE and aura migrate --with-queue-table";
    table_ = find_queue_table(connection_, examined_.table);
    mend_ = "look into the server's log";
    fine("jobs are in " + table_.quoted);
  }

  void shape() {
    const auto row = ask(kWrongTypes, table_.quoted);
    if (const auto wrong = optional_text(row["wrong"])) {
      return add(row["vital"].as<bool>() ? Verdict::kBroken : Verdict::kSlower, *wrong,
                 "make the columns what the web app's Prisma schema says, or expect "
                 "writes to be refused");
    }
    fine("the columns have the types that they should");
  }

  void rights() {
    const auto row = ask(kRights, table_.schema, table_.name);
    const auto role = row["quoted_role"].as<std::string>();
    may_enter_ = row["may_enter"].as<bool>();
    if (!may_enter_) {
      const auto schema = row["schema"].as<std::string>();
      return broken(role + " may not use schema " + schema,
                    "GRANT USAGE ON SCHEMA " + schema + " TO " + role +
                        ", and GRANT SELECT, UPDATE ON " + table_.quoted + " TO " + role);
    }
    is_owner_ = row["is_owner"].as<bool>();
    owner_ = row["owner"].as<std::string>();
    owner_may_migrate_ = row["owner_may_migrate"].as<bool>();
    if (!row["may_select"].as<bool>() || !row["may_update"].as<bool>()) {
      return broken(row["role"].as<std::string>() + " may not SELECT and UPDATE " + table_.quoted,
                    "GRANT SELECT, UPDATE ON " + table_.quoted + " TO " + role);
    }
    if (row["row_security"].as<bool>()) {
      return slower("row-level security may hide jobs from " + row["role"].as<std::string>(),
                    "CREATE POLICY aura ON " + table_.quoted + " TO " + role + " USING (true)");
    }
    fine(row["role"].as<std::string>() + " may SELECT and UPDATE the jobs table");
  }

  void schema() {
    const auto row = ask(kSchema);
    const auto role = row["role"].as<std::string>();
    if (!row["present"].as<bool>()) {
      if (row["may_create"].as<bool>())
        return slower("there is no schema aura yet", "run aura migrate, or start a worker");
      return broken("there is no schema aura, and " + role + " may not create it",
                    "GRANT CREATE ON DATABASE " + row["database"].as<std::string>() + " TO " +
                        role + ", then run aura migrate");
    }
    if (row["is_owner"].as<bool>() && row["is_empty"].as<bool>())
      return slower("schema aura is empty", "run aura migrate, or start a worker");
    if (!row["may_use"].as<bool>()) {
      return broken(role + " may not use schema aura",
                    "ALTER SCHEMA aura OWNER TO " + role +
                        ", and its tables likewise; or GRANT USAGE "
                        "ON SCHEMA aura TO " +
                        role + " and GRANT ALL ON ALL TABLES IN SCHEMA aura TO " + role);
    }
    const auto wanted = static_cast<int>(embedded_migrations().size());
    const auto applied = ask("SELECT count(*) FROM aura.migration")[0].as<int>();
    has_runs_ = applied > 0;
    if (applied < wanted) {
      return add(row["is_owner"].as<bool>() ? Verdict::kSlower : Verdict::kBroken,
                 std::to_string(wanted - applied) + " migrations of schema aura are due",
                 "run aura migrate as the owner of schema aura");
    }
    fine("schema aura is up to date");
  }

  void aids() {
    for (const auto& [aid, state, why] : find_aids(connection_, table_, examined_.in_turn)) {
      const std::string what(describe(aid));
      if (state != AidState::kPresent) {
        slower(what + " is missing on " + table_.quoted, mend_aid());
      } else if (is_disabled(trigger_name(aid))) {
        slower(what + " is disabled",
               "ALTER TABLE " + table_.quoted + " ENABLE TRIGGER " + trigger_name(aid));
      } else {
        fine(what + " is there");
      }
    }
  }

  bool is_disabled(const std::string& trigger) {
    return ask("SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = $1::regclass AND tgname = $2 "
               "AND tgenabled IN ('D', 'R'))",
               table_.quoted, trigger)[0]
        .as<bool>();
  }

  std::string mend_aid() const {
    if (is_owner_) return "run aura migrate, or start a worker";
    auto migrate = "run aura migrate as " + owner_ + ", who owns the table";
    if (owner_may_migrate_) return migrate;
    return "GRANT USAGE ON SCHEMA aura TO " + owner_ + "; GRANT SELECT ON aura.migration TO " +
           owner_ + "; then " + migrate;
  }

  void orphans() {
    const auto count =
        ask(fill_in(kOrphans, {{"{jobs}", table_.quoted}}).c_str())[0].as<std::int64_t>();
    if (count == 0) return fine("every job that reads processing is a worker's");
    slower(std::to_string(count) + " jobs read processing, but no worker of this kind holds them",
           "once nothing else works on them: UPDATE " + table_.quoted +
               " SET \"status\" = 'queued', \"progress\" = 0 WHERE \"status\" = 'processing' AND "
               "\"id\" NOT IN (SELECT job_id FROM aura.run WHERE state = 'running')");
  }

  void listen() {
    Listener listener(examined_.direct_url, {});
    const bool hears = listener.listen(examined_.url);
    const auto at = examined_.direct_url.display;
    if (!hears) {
      return slower("notifications don't get through " + at +
                        ", as with a pooler in transaction mode: workers poll",
                    "set DIRECT_URL to the database itself, past the pooler");
    }
    fine(listener.is_direct()
             ? "notifications arrive from " + at
             : "notifications arrive from " + at + ", through a pooler that keeps sessions");
  }

  void clock() {
    using std::chrono::duration;
    using std::chrono::system_clock;
    const auto before = system_clock::now();
    const auto theirs = ask("SELECT extract(epoch FROM clock_timestamp())::float8")[0].as<double>();
    const auto after = system_clock::now();
    const auto ours = duration<double>((before + (after - before) / 2).time_since_epoch()).count();
    char skew[40];
    std::snprintf(skew, sizeof skew, "%.1f s", std::abs(theirs - ours));
    if (std::abs(theirs - ours) > kMostClockSkewS) {
      return slower("this machine's clock and the server's are " + std::string(skew) + " apart",
                    "set both by NTP: leases go by the server's clock alone, but the log's times "
                    "won't match");
    }
    fine("this machine's clock and the server's are " + std::string(skew) + " apart");
  }

  void connections() {
    const auto free = ask(kConnections)[0].as<int>();
    const auto text = std::to_string(free) +
                      " connections are free, a worker with these settings "
                      "takes " +
                      std::to_string(examined_.connections);
    if (free < examined_.connections)
      return slower(text, "raise max_connections, lower WORKER_THREADS, or put a pooler between");
    fine(text);
  }

  void transactions() {
    const auto minutes = ask(kOldTransaction)[0];
    if (!minutes.is_null()) {
      return slower("a transaction has been open for " + minutes.as<std::string>() + " minutes",
                    "find it in pg_stat_activity and end it: indexes wait for it, and dead rows "
                    "pile up");
    }
    fine("no transaction that this role can see has been open for an hour");
  }

  const Examined& examined_;
  Connection connection_;
  QueueTable table_;
  bool reached_ = false;
  bool may_enter_ = false;  ///< the jobs table's schema
  bool has_runs_ = false;   ///< in schema aura
  bool is_owner_ = false;
  std::string owner_;
  bool owner_may_migrate_ = true;
  std::string name_;
  std::string mend_;  ///< of a check that can't be made
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> examine(const Examined& examined) {
  return Doctor(examined).examine();
}

}  // namespace aura::queue
