#include "chaos.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <thread>
#include <utility>

namespace aura::test {
namespace {

/// Workers don't tell the test how far they are, so the database is asked.
constexpr std::chrono::milliseconds kAskEvery{20};

}  // namespace

Chaos::Chaos() {
  database.execute(
      "CREATE TABLE public.completion (id text); "
      "CREATE FUNCTION public.note_completion() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN INSERT INTO public.completion VALUES (NEW.\"id\"); RETURN NEW; END $$; "
      "CREATE TRIGGER note_completion AFTER UPDATE ON public.\"AuraAnalysis\" FOR EACH ROW "
      // An edit of a completed row by the web app is none.
      "WHEN (NEW.\"status\" = 'completed' AND NEW.\"trackTitle\" = OLD.\"trackTitle\") EXECUTE "
      "FUNCTION public.note_completion()");
  environment["WORKER_THREADS"] = "2";
  // A process a track is dear under a sanitizer, and not what is tested here.
  environment["AURA_SANDBOX"] = "off";
  environment["LEASE"] = "2";
  environment["POLL_INTERVAL"] = "0.2";
  environment["RETRY_BASE"] = "0.01";
  environment["MAX_RETRIES"] = "100";
  environment["MAX_CRASHES"] = std::to_string(kMaxCrashes);
  // Jobs of different users look up and store, but share nothing: each is downloaded and measured.
  environment["CACHE"] = "user";
  environment["PICTURE_RETENTION"] = "0";
}

void Chaos::insert_clips(int jobs, int first) {
  database.execute(
      "INSERT INTO public.\"AuraAnalysis\" (\"id\", \"userId\", \"jobId\", \"status\", "
      "\"trackTitle\", \"artistName\", "
      "\"audioUrl\", \"updatedAt\") SELECT 'job' || n, 'user' || n, 'job' || n, 'queued', 'Title', "
      "'Artist', '" +
      server.url("/clip.wav") + "', now() AT TIME ZONE 'UTC' FROM generate_series(" +
      std::to_string(first) + ", " + std::to_string(first + jobs - 1) + ") n");
}

int Chaos::number(const std::string& sql) {
  return std::stoi(database.value(sql));
}

int Chaos::unfinished() {
  return number(
      "SELECT count(*) FROM public.\"AuraAnalysis\" WHERE \"status\" IN ('queued', 'processing')");
}

void Chaos::wait_until(const std::string& what, const std::function<bool()>& is_so) {
  int last = -1;
  bool has_come = false;
  while (!has_come) {
    // Each completion gives the rest its whole time again.
    eventually(what, [&] {
      has_come = is_so();
      const int now = completed();
      if (has_come || now != std::exchange(last, now)) return true;
      std::this_thread::sleep_for(kAskEvery);
      return false;
    });
  }
}

void Chaos::wait_until_completed(int jobs) {
  wait_until(std::to_string(jobs) + " jobs are completed", [&] { return completed() >= jobs; });
}

std::string Chaos::moment() {
  return "'" + database.value("SELECT clock_timestamp()") + "'::timestamptz";
}

std::chrono::milliseconds Chaos::first_claim_after(const std::string& moment) {
  std::string ms;
  wait_until("a job is claimed", [&] {
    ms = database.value("SELECT (extract(epoch FROM min(started_at) - " + moment +
                        ") * 1000)::int FROM aura.run WHERE started_at >= " + moment);
    return !ms.empty();
  });
  return std::chrono::milliseconds(std::stoi(ms));
}

int Chaos::runs(const std::string& state) {
  return number("SELECT count(*) FROM aura.run WHERE state = '" + state + "'");
}

int Chaos::crashes() {
  return number("SELECT count(*) FROM aura.run WHERE charged_crashes IS NOT NULL");
}

int Chaos::crashed_out() {
  return number(
      "SELECT count(*) FROM public.\"AuraAnalysis\" j WHERE j.\"status\" = 'failed' AND "
      "j.\"errorMessage\" LIKE '%stopped its worker " +
      std::to_string(kMaxCrashes) +
      " times%' AND (SELECT count(*) FROM aura.run r WHERE r.job_id = j.\"id\" AND r.state = "
      "'lost' AND r.charged_crashes IS NOT NULL) = " +
      std::to_string(kMaxCrashes));
}

void Chaos::check_each_completed_once(int jobs, const std::vector<std::string>& extra_states) {
  const int crashed_out = this->crashed_out();
  INFO("of " << jobs << " jobs, " << crashed_out << " had lost " << kMaxCrashes << " workers");
  CHECK(completed() == jobs - crashed_out);
  CHECK(number("SELECT count(*) FROM public.completion") == jobs - crashed_out);
  CHECK(number("SELECT count(DISTINCT id) FROM public.completion") == jobs - crashed_out);
  int extra = 0;
  for (const auto& state : extra_states) extra += runs(state);
  INFO("the states of the runs: " << database.value(
           "SELECT string_agg(concat_ws(' ', n, state, error), ', ') FROM (SELECT state, "
           "error->>'code' AS error, count(*) AS n FROM aura.run GROUP BY 1, 2) states"));
  CHECK(number("SELECT count(*) FROM aura.run") - completed() == extra);
  CHECK(runs("running") == 0);
  CHECK(number("SELECT count(*) FROM aura.gate") == 0);
}

Workers::Workers(const Chaos& chaos, int count) : chaos_(chaos) {
  for (int i = 0; i < count; ++i) add();
}

void Workers::add() {
  processes_.emplace_back(new Process(chaos_.start({"worker"})));
}

int Workers::replace_ended() {
  const auto ended = static_cast<int>(
      processes_.remove_if([](const auto& process) { return process->has_ended(); }));
  for (int i = 0; i < ended; ++i) add();
  return ended;
}

void Workers::kill(pid_t pid) {
  for (const auto& process : processes_) {
    if (process->pid() != pid) continue;
    process->kill(SIGKILL);
    process->wait();
  }
}

std::vector<pid_t> Workers::pids() const {
  std::vector<pid_t> pids;
  for (const auto& process : processes_) pids.push_back(process->pid());
  return pids;
}

void Workers::stop() {
  for (const auto& process : processes_) {
    process->wait_until_handled(SIGTERM);
    process->kill(SIGTERM);
  }
  for (const auto& process : processes_) {
    const auto status = process->wait();
    INFO(process->error_output());
    CHECK(status == ExitStatus{});
  }
}

std::string Workers::logs() const {
  std::string all;
  for (const auto& process : processes_) all += process->error_output();
  return all;
}

}  // namespace aura::test
