#include "aura/queue/aids.h"

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "aura/test/database.h"

namespace aura::queue {
namespace {

struct Aids {
  test::TestDatabase database;
  QueueTable table = database.with_schema_and_table();
  postgres::Connection connection = database.connect();

  /// Makes the building of an index take longer than 50 ms.
  void insert_many() {
    database.execute(
        "INSERT INTO public.\"AuraAnalysis\" (\"id\", \"userId\", \"jobId\", \"status\", "
        "\"trackTitle\", \"artistName\", \"audioUrl\", \"createdAt\", \"updatedAt\") SELECT i, "
        "'u', i, "
        "'queued', 't', 'a', 'http://h/', now() - random() * interval '1 year', now() FROM "
        "generate_series(1, 200000) i");
  }
  void limit(const std::string& settings) {
    database.execute("ALTER DATABASE " + database.value("SELECT current_database()") + " SET " +
                     settings);
  }

  std::map<Aid, AidState> ensure(bool in_turn = false) {
    std::map<Aid, AidState> states;
    for (const auto& report : ensure_aids(connection, table, in_turn))
      states[report.aid] = report.state;
    return states;
  }
};

}  // namespace

TEST_CASE_METHOD(Aids, "aids: made once, made anew when they are gone or were left half-made") {
  for (const auto& [aid, state] : ensure(true)) CHECK(state == AidState::kMade);
  for (const auto& [aid, state] : ensure(true)) CHECK(state == AidState::kPresent);
  database.execute("DROP INDEX public.\"AuraAnalysis_aura_claim_idx\"");
  CHECK(ensure()[Aid::kClaimIndex] == AidState::kMade);
  database.execute(
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = "
      "'public.\"AuraAnalysis_aura_claim_idx\"'::regclass");
  CHECK(ensure()[Aid::kClaimIndex] == AidState::kMade);
  database.execute("DROP TRIGGER aura_wake ON public.\"AuraAnalysis\"");
  CHECK(ensure()[Aid::kWakeTrigger] == AidState::kMade);
}

TEST_CASE_METHOD(Aids, "aids: the index for turns is made only where claims go in turn") {
  CHECK(!ensure().contains(Aid::kTurnIndex));
  CHECK(database.value("SELECT to_regclass('public.\"AuraAnalysis_aura_turn_idx\"')").empty());
}

TEST_CASE_METHOD(Aids, "aids: what an operator has set otherwise stays") {
  database.execute("ALTER TABLE public.\"AuraAnalysis\" SET (fillfactor = 50)");
  ensure();
  database.execute("ALTER TABLE public.\"AuraAnalysis\" DISABLE TRIGGER aura_wake");
  ensure();
  CHECK(database.value("SELECT reloptions FROM pg_class WHERE oid = "
                       "'public.\"AuraAnalysis\"'::regclass") == "{fillfactor=50}");
  CHECK(database.value("SELECT tgenabled FROM pg_trigger WHERE tgname = 'aura_wake'") == "D");
}

TEST_CASE_METHOD(Aids, "aids: a role that may not make them goes without") {
  const test::Role role(database);
  database.execute("GRANT SELECT, UPDATE ON public.\"AuraAnalysis\" TO " + role.name());
  postgres::Connection limited(postgres::parse_database_url(role.url()));
  for (const auto& report : ensure_aids(limited, table, true)) {
    CHECK(report.state == AidState::kRefused);
    CHECK(!report.why.empty());
  }
}

TEST_CASE_METHOD(Aids, "aids: a table that is in use is left for later, and nobody waits behind") {
  ensure();
  database.execute("DROP TRIGGER aura_wake ON public.\"AuraAnalysis\"");
  const test::OpenTransaction writer(database,
                                     "LOCK TABLE public.\"AuraAnalysis\" IN ROW EXCLUSIVE MODE");
  CHECK(ensure()[Aid::kWakeTrigger] == AidState::kBusy);
}

TEST_CASE_METHOD(Aids, "aids: a role's limits cut off no index that is built past any pooler") {
  insert_many();
  for (const char* name :
       {"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"})
    limit(std::string(name) + " = '20ms'");
  // Any shorter, and a busy machine can't begin in time.
  limit("idle_session_timeout = '500ms'");
  connection = database.connect();
  CHECK(limits_of_building(connection, connection.url()).empty());
  CHECK(ensure()[Aid::kClaimIndex] == AidState::kMade);
  CHECK(ensure()[Aid::kClaimIndex] == AidState::kPresent);
}

TEST_CASE_METHOD(Aids, "aids: an index that is not due stays missing, the rest is made") {
  for (const auto& report : ensure_aids(connection, table, true, {}, {.is_due = false})) {
    const bool is_made = report.state == AidState::kMade;
    CHECK(is_made != is_index(report.aid));
    CHECK((is_made || report.state == AidState::kMissing));
  }
}

TEST_CASE_METHOD(Aids, "aids: a DIRECT_URL that leads nowhere is no obstacle") {
  for (const auto& report :
       ensure_aids(connection, table, true, {},
                   {.over = postgres::parse_database_url("postgresql://u@127.0.0.1:1/d")}))
    CHECK(report.state == AidState::kMade);
}

TEST_CASE_METHOD(Aids, "aids: an index that has to wait for an old transaction can be given up") {
  const test::OpenTransaction reader(database, "SELECT count(*) FROM public.\"AuraAnalysis\"",
                                     "REPEATABLE READ");
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(ensure_aids(connection, table, false, stop.get_token()), postgres::DatabaseLost);
}

}  // namespace aura::queue
