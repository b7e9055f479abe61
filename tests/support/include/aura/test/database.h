#pragma once

#include <memory>
#include <string>

#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::test {

/// A PostgreSQL database of the test's own, dropped at the end, on the server that
/// AURA_TEST_DATABASE_URL names; with AURA_TEST_ROLE_TIMEOUTS set, one whose settings end after
/// 50 ms what others than the test do. One thread at a time.
class TestDatabase {
 public:
  /// Made with `options` of CREATE DATABASE. Throws std::runtime_error where AURA_TEST_DATABASE_URL
  /// isn't set.
  explicit TestDatabase(const std::string& options = "");
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& url() const noexcept { return url_; }
  /// A new connection to it, as the product makes them.
  postgres::Connection connect() const;

  /// Opens a new session in the place of one that the server has ended.
  void reconnect();

  void execute(const std::string& sql);
  /// The first field of the first row as text; "" for NULL and where there is no row.
  std::string value(const std::string& sql);

  /// Makes schema aura and the jobs table, "AuraAnalysis".
  queue::QueueTable with_schema_and_table();
  /// Inserts a queued job with this id and jobId, submitted `age_s` seconds ago.
  void insert_job(const std::string& id,
                  const std::string& audio_url = "http://127.0.0.1:1/track.mp3", int age_s = 0);

 private:
  struct Session;
  std::string name_;
  std::string url_;
  std::unique_ptr<Session> session_;
};

/// A role that may log in to a test's database and owns nothing there; gone with all it was
/// granted.
class Role {
 public:
  explicit Role(TestDatabase& database);
  ~Role();
  Role(const Role&) = delete;
  Role& operator=(const Role&) = delete;

  const std::string& name() const noexcept { return name_; }
  /// The database's URL for this role.
  std::string url() const;

 private:
  TestDatabase& database_;
  std::string name_;
};

/// A transaction that has executed one statement and stays open for as long as this lives.
class OpenTransaction {
 public:
  OpenTransaction(const TestDatabase& database, const std::string& sql,
                  const std::string& isolation = "READ COMMITTED");
  ~OpenTransaction();
  OpenTransaction(const OpenTransaction&) = delete;
  OpenTransaction& operator=(const OpenTransaction&) = delete;

 private:
  struct Session;
  std::unique_ptr<Session> session_;
};

}  // namespace aura::test
