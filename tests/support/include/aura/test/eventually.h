#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

namespace aura::test {

/// How long a test waits for what must come before it gives up: much longer than anything takes,
/// since test machines are slow, busy and run under sanitizers. Less than half of the time that
/// CTest gives a test, so that the test itself can say what did not come.
inline constexpr std::chrono::seconds kPatience{120};

/// Returns once `is_so()` is true; asks again and again. Throws std::runtime_error, which quotes
/// `what`, if `limit` passes before; and what `is_so` throws.
///
///   eventually("the job is completed", [&] { return count("completed") == 1; });
template <typename Condition>
void eventually(const std::string& what, const Condition& is_so,
                std::chrono::milliseconds limit = kPatience) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() >= deadline)
      throw std::runtime_error("this has not come in time: " + what);
    // Leaves the processor to the threads that the test waits for.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

/// How long `body()` takes: for calls that wait up to kPatience and must return before.
template <typename Body>
std::chrono::steady_clock::duration duration_of(const Body& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::steady_clock::now() - start;
}

}  // namespace aura::test
