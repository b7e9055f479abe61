#include "aura/queue/doctor.h"

#include <chrono>
#include <cmath>
#include <cstdio>

#include "aura/base/text.h"
#include "aura/postgres/connection.h"
#include "aura/postgres/migrations.h"
#include "aura/postgres/session.h"
#include "aura/postgres/template.h"
#include "aura/queue/aids.h"
#include "aura/queue/fit.h"
#include "aura/queue/listener.h"
#include "aura/queue/queue_table.h"
#include "sql.h"
#include "sql_files.h"
#include "trial.h"

namespace aura::queue {
namespace {

/// With a larger skew, the times in logs and rows contradict each other.
constexpr double kMostClockSkewS = 5;

constexpr int kMostSetAside = 5;  // with a finding of their own

class Doctor {
 public:
  explicit Doctor(const Examined& examined) : examined_(examined), connection_(examined.url) {}

  std::vector<Finding> examine() {
    // The other checks need a connection and a table.
    if (check("connection", &Doctor::connection) && check("table", &Doctor::find_table)) {
      check("rights", &Doctor::rights);
      check("schema", &Doctor::schema);
      if (may_enter_ && is_up_to_date_) check("shape", &Doctor::shape);
      if (may_write_) check("writes", &Doctor::writes);
      if (may_enter_) check("aids", &Doctor::aids);
      if (may_enter_ && is_up_to_date_) check("set_aside", &Doctor::set_aside);
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
  /// Runs one check. Returns false, and adds a finding, if it throws.
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
  postgres::Row ask(const char* sql, const Arguments&... arguments) {
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
    mend_ = "see deploy/SETTINGS.md about AURA_TABLE, and aura migrate --with-queue-table";
    table_ = find_queue_table(connection_, examined_.table);
    mend_ = "look into the server's log";
    fine("jobs are in " + table_.quoted);
  }

  void shape() {
    const std::string mend =
        "make the columns what the web app's Prisma schema says, and grant what the role lacks";
    const auto told = [](std::string line, const Misfit& misfit) {
      return line.append(misfit.what).append(": ").append(misfit.why);
    };
    const auto misfits = find_misfits(connection_, table_, examined_.in_turn);
    for (const auto& misfit : misfits) broken(told("the server refuses to ", misfit), mend);
    const auto unshown = find_misfits_of_showing(connection_, table_);
    for (const auto& misfit : unshown)
      slower(told("aura status and the page can't ", misfit), mend);
    if (misfits.empty() && unshown.empty()) fine("the server accepts every statement of a worker");
  }

  void writes() {
    const auto [taking, refusals, unclear, no_long_text] = try_writes(connection_, table_);
    const std::string mend =
        "mend the check, the trigger, the policy or the column's type that the server names";
    if (!refusals.empty()) {
      const auto& [job_id, step, why] = refusals.front();
      const auto found = "job " + one_line(job_id, 60) + " can't become " + step + ": " + why;
      return taking > 0 ? slower(found + "; others can", mend)
                        : broken(found + "; nor could any other that was tried", mend);
    }
    if (!no_long_text.empty()) {
      return slower("failed jobs won't say why: their rows take no long text: " + no_long_text,
                    "give \"errorMessage\" room for 300 characters");
    }
    if (taking > 0) return fine("a row takes all that a worker writes: tried, and undone");
    fine(unclear > 0 ? "no row is free to try a worker's writes on"
                     : "there is no row to try a worker's writes on");
  }

  void rights() {
    const auto row = ask(sql::kDoctorRights, table_.schema, table_.name);
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
    may_write_ = true;
    if (const auto security = find_row_security(connection_, table_);
        security != RowSecurity::kOff) {
      const auto mend = "CREATE POLICY aura ON " + table_.quoted + " TO " + role +
                        " USING (true), or ALTER ROLE " + role + " BYPASSRLS";
      if (security == RowSecurity::kHidesAll) {
        return broken("row-level security lets " + row["role"].as<std::string>() +
                          " see no job, or update none",
                      mend);
      }
      const auto any = "SELECT EXISTS (SELECT FROM " + table_.quoted + ")";
      if (row["has_pages"].as<bool>() && !ask(any.c_str())[0].as<bool>()) {
        return broken("row-level security shows " + row["role"].as<std::string>() +
                          " no row of a table that holds some or has held some",
                      mend);
      }
      return slower("row-level security may hide jobs from " + row["role"].as<std::string>(), mend);
    }
    fine(row["role"].as<std::string>() + " may SELECT and UPDATE the jobs table");
  }

  void schema() {
    const auto row = ask(sql::kDoctorSchema);
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
    if (const auto need = postgres::find_newer_need(connection_)) {
      return broken("a newer release has changed the database (" + need->migration + ")",
                    "install aura " + need->release + " or later");
    }
    const auto wanted = static_cast<int>(postgres::schema_migrations().size());
    const auto applied = ask("SELECT count(*) FROM aura.migration")[0].as<int>();
    has_runs_ = applied > 0;
    is_up_to_date_ = applied >= wanted;
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
        is_index(aid) ? missing_index(what)
                      : slower(what + " is missing on " + table_.quoted, mend_aid());
      } else if (is_disabled(trigger_name(aid))) {
        slower(what + " is disabled",
               "ALTER TABLE " + table_.quoted + " ENABLE TRIGGER " + trigger_name(aid));
      } else {
        fine(what + " is there");
      }
    }
  }

  void missing_index(const std::string& what) {
    const auto limits = limits_of_building(connection_, examined_.direct_url);
    if (limits.empty()) return slower(what + " is missing on " + table_.quoted, mend_aid());
    const auto names = ask("SELECT quote_ident(current_user), quote_ident(current_database())");
    slower(what + " is missing on " + table_.quoted +
               ", and a limit may cut off its building: " + limits,
           "set DIRECT_URL to the database itself, past the pooler, or ALTER ROLE " +
               names[0].as<std::string>() + " IN DATABASE " + names[1].as<std::string>() + " SET " +
               limits.substr(0, limits.find(' ')) + " = 0; then " + mend_aid());
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

  void set_aside() {
    const auto list = [&](const char* name, const char* join) {
      return connection_.session().execute(for_table(
          postgres::fill_in(
              sql::kDoctorSetAside,
              {{"{name}", name}, {"{join}", join}, {"{most}", std::to_string(kMostSetAside)}}),
          table_));
    };
    postgres::Result rows;
    try {
      rows = list(R"(coalesce(j."jobId"::text, s.job_id))",
                  R"(LEFT JOIN {jobs} j ON j."id" = s.job_id::{id})");
    } catch (const postgres::DatabaseError&) {
      rows = list("s.job_id", "");  // jobId can't be decoded, or the "id" is of another table
    }
    if (rows.empty()) return fine("no job is set aside");
    const std::string mend = "mend or delete the row; its job is tried again within ten minutes";
    for (const auto& row : rows) {
      slower("job " + one_line(row["name"].as<std::string>(), 60) +
                 " is set aside, its row refused: " + row["reason"].as<std::string>() + " (" +
                 row["statement"].as<std::string>() + ", tried " + row["tries"].as<std::string>() +
                 " times)",
             mend);
    }
    const auto more = rows[0]["all"].as<std::int64_t>() - static_cast<std::int64_t>(rows.size());
    if (more > 0) slower(std::to_string(more) + " more jobs are set aside", mend);
  }

  void orphans() {
    const auto count = ask(for_table(sql::kDoctorOrphans, table_).c_str())[0].as<std::int64_t>();
    if (count == 0) return fine("every job that reads processing is a worker's");
    slower(std::to_string(count) + " jobs read processing, but no worker of this kind holds them",
           "once nothing else works on them: UPDATE " + table_.quoted +
               " SET \"status\" = 'queued', \"progress\" = 0 WHERE \"status\" = 'processing' AND "
               "\"id\"::text NOT IN (SELECT job_id FROM aura.run WHERE state = 'running')");
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
    const auto free = ask(sql::kDoctorConnections)[0].as<int>();
    const auto text = std::to_string(free) +
                      " connections are free, a worker with these settings "
                      "takes " +
                      std::to_string(examined_.connections);
    if (free < examined_.connections)
      return slower(text, "raise max_connections, lower WORKER_THREADS, or put a pooler between");
    fine(text);
  }

  void transactions() {
    const auto minutes = ask(sql::kDoctorOldTransactions)[0];
    if (!minutes.is_null()) {
      return slower("a transaction has been open for " + minutes.as<std::string>() + " minutes",
                    "find it in pg_stat_activity and end it: indexes wait for it, and dead rows "
                    "pile up");
    }
    fine("no transaction that this role can see has been open for an hour");
  }

  const Examined& examined_;
  postgres::Connection connection_;
  QueueTable table_;
  bool reached_ = false;
  bool may_enter_ = false;  ///< may use the jobs table's schema
  bool may_write_ = false;  ///< may select and update the jobs table
  bool has_runs_ = false;   ///< schema aura has the table of runs
  bool is_up_to_date_ = false;
  bool is_owner_ = false;
  std::string owner_;
  bool owner_may_migrate_ = true;
  std::string name_;
  std::string mend_;  ///< for the finding if the present check throws
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> examine(const Examined& examined) {
  return Doctor(examined).examine();
}

}  // namespace aura::queue
