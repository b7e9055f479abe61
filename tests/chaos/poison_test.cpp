#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <memory>

#include "aura/queue/status.h"
#include "chaos.h"

namespace aura::test {
namespace {

constexpr int kProcesses = 4;
/// Workers with the short clip stay well below; one that claims the longest lyrics that are let
/// through doesn't.
constexpr long kMostResident_kB = 250'000;
constexpr int kLyrics_MB = 64;

/// The process id in a worker's id, "host-pid-random".
pid_t pid_of(const std::string& worker_id) {
  const auto end = worker_id.rfind('-');
  const auto start = worker_id.rfind('-', end - 1) + 1;
  return std::stoi(worker_id.substr(start, end - start));
}

/// The most memory that a process has had at a time, since the kernel would have acted right then;
/// 0 where it has ended.
long most_resident_kB(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    long kB = 0;
    if (word == "VmHWM:" && status >> kB) return kB;
  }
  return 0;
}

/// With workers in whose place new ones come when they die, and two jobs that kill theirs.
class Poisoned : public Chaos {
 public:
  Poisoned() : connection_(database.connect()) {
    environment["RETRY_BASE"] = "1";
    environment["MAX_LYRICS_KB"] = std::to_string(kLyrics_MB * 1024);
    // A process must die of the signal, and what it gives back be no longer its.
    environment["ASAN_OPTIONS"] =
        "handle_segv=0:quarantine_size_mb=0:thread_local_quarantine_size_kb=0";
    server.handle("/crash.wav", [this](const Request&) {
      ::kill(holder("crash"), SIGSEGV);
      return ok(clip());
    });
    // Under way until its worker is ended.
    server.serve("/memory.wav", ok(clip()).held_by(never_));
  }
  ~Poisoned() { never_->open(); }

  void insert_poison() {
    insert_path("crash", "/crash.wav");
    insert_path("memory", "/memory.wav");
    database.execute("UPDATE public.\"AuraAnalysis\" SET \"lyricsText\" = repeat('la ', " +
                     std::to_string(kLyrics_MB * 1'000'000 / 3) + ") WHERE \"jobId\" = 'memory'");
  }

  /// Works until nothing is left to do, and meanwhile ends workers for their memory as the kernel
  /// would. Returns the most that any of the last ones had.
  long work() {
    Workers workers(*this, kProcesses);
    wait_until("nothing is left to do", [&] {
      for (const auto pid : workers.pids()) {
        if (most_resident_kB(pid) <= kMostResident_kB) continue;
        workers.kill(pid);
        ++killed;
      }
      died += workers.replace_ended();
      return unfinished() == 0;
    });
    long most = 0;
    for (const auto pid : workers.pids()) most = std::max(most, most_resident_kB(pid));
    workers.stop();
    return most;
  }

  int died = 0;    ///< workers
  int killed = 0;  ///< of these, for their memory

 private:
  /// The worker that runs the job.
  pid_t holder(const std::string& job_id) {
    return pid_of(queue::find_runs(connection_, table_, job_id).back().worker_id);
  }

  postgres::Connection connection_;
  queue::QueueTable table_ = queue::find_queue_table(connection_, std::nullopt);
  std::shared_ptr<Gate> never_ = std::make_shared<Gate>();
};

void poison(Poisoned& chaos, int jobs) {
  chaos.insert_clips(jobs / 2);
  chaos.insert_poison();
  chaos.insert_clips(jobs - jobs / 2, jobs / 2 + 1);
  const long most = chaos.work();
  for (const char* id : {"crash", "memory"}) {
    CHECK(contains(chaos.failure(id),
                   "stopped its worker " + std::to_string(Chaos::kMaxCrashes) + " times"));
    // On a busy machine a worker that lives may be taken for dead too; it takes that back.
    CHECK(
        chaos.number("SELECT count(*) FROM aura.run r JOIN public.\"AuraAnalysis\" j ON j.\"id\" = "
                     "r.job_id WHERE r.charged_crashes IS NOT NULL AND j.\"jobId\" = '" +
                     std::string(id) + "'") == Chaos::kMaxCrashes);
  }
  // One death may be counted against both.
  CHECK(chaos.died <= 2 * Chaos::kMaxCrashes);
  CHECK(chaos.killed >= 1);
  // Nobody pays for having been beside them.
  CHECK(chaos.database.value("SELECT string_agg(\"jobId\", ' ') FROM public.\"AuraAnalysis\" WHERE "
                             "\"status\" = 'failed' AND \"jobId\" LIKE 'job%'") == "");
  chaos.check_each_completed_once(jobs + 2, {"lost", "released"});
  std::cout << "poison: " << jobs << " jobs and 2 that kill, " << chaos.died << " workers died, "
            << chaos.killed << " of them for more than " << kMostResident_kB / 1000
            << " MB (others at the end had at most " << most / 1000 << "), "
            << chaos.runs("lost") - 2 * Chaos::kMaxCrashes
            << " runs of other jobs lost with them\n";
}

}  // namespace

TEST_CASE_METHOD(Poisoned,
                 "poison: two jobs that kill their workers fail, and 500 others are completed") {
  poison(*this, 500);
}

TEST_CASE_METHOD(Poisoned,
                 "poison: two jobs that kill their workers fail, and 20,000 others are completed",
                 "[long]") {
  poison(*this, 20'000);
}

}  // namespace aura::test
