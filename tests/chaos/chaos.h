#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "fixture.h"

namespace aura::test {

/// With a trigger that counts every completion of every job, and settings that let workers be
/// missed quickly.
class Chaos : public WithTables {
 public:
  Chaos();

  /// Inserts `jobs` queued jobs for the short clip: "job1" …, or from another number on.
  void insert_clips(int jobs, int first = 1);
  /// A number that SQL gives.
  int number(const std::string& sql);
  int completed() { return count("completed"); }
  /// How many jobs are queued or under way; asked for at once, since they go from one to the other.
  int unfinished();

  /// Asks until it is so. Throws std::runtime_error, which quotes `what`, where nothing is
  /// completed for kPatience before.
  void wait_until(const std::string& what, const std::function<bool()>& is_so);
  void wait_until_completed(int jobs);
  /// The database's clock, as SQL can read it.
  std::string moment();
  /// How long after that moment the first job was claimed. Requires that one was or will be.
  std::chrono::milliseconds first_claim_after(const std::string& moment);

  static constexpr int kMaxCrashes = 3;
  /// How many crashes jobs were charged that were not taken back.
  int crashes();
  /// How many jobs have failed after kMaxCrashes of them, which is right where so many workers died
  /// with them.
  int crashed_out();
  /// Checks that each of `jobs` was completed, once, but for those that crashed out, and that every
  /// run beyond one a job ended in one of `extra_states`.
  void check_each_completed_once(int jobs, const std::vector<std::string>& extra_states);
  /// How many runs ended like this.
  int runs(const std::string& state);
};

/// Worker processes under load.
class Workers {
 public:
  Workers(const Chaos& chaos, int count);

  /// Starts a new one in the place of each that has ended. How many there were.
  int replace_ended();
  /// Ends this one as the kernel would.
  void kill(pid_t pid);
  std::vector<pid_t> pids() const;
  /// Tells all to stop. Checks that none had ended before, and that each ends well.
  void stop();
  /// What those that have not been replaced have written to their logs.
  std::string logs() const;

 private:
  void add();

  const Chaos& chaos_;
  std::list<std::unique_ptr<Process>> processes_;
};

}  // namespace aura::test
