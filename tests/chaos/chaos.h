#pragma once

#include <string>

#include "fixture.h"

namespace aura::test {

/// With a trigger that counts every completion of every job, and settings that let workers be
/// missed quickly and jobs survive any number of crashes.
class Chaos : public WithTables {
 public:
  Chaos();

  /// Inserts queued jobs "job1" … for the short clip.
  void insert_clips(int jobs);
  /// A number that SQL gives.
  int number(const std::string& sql);
  int completed() { return count("completed"); }

  /// Checks that each of `jobs` was completed, once, and that every run beyond one a job ended as
  /// `extra_state`.
  void check_each_completed_once(int jobs, const std::string& extra_state);
};

}  // namespace aura::test
