#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "aura/base/error.h"

namespace aura::test {

/// The JobError that `action` throws; fails the test if it throws none.
template <typename Action>
JobError job_error(Action action) {
  try {
    action();
  } catch (const JobError& error) {
    return error;
  }
  FAIL("no JobError was thrown");
  return {"", "", Retry::kNo};
}

}  // namespace aura::test
