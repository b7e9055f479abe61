#include "spool_input.h"

#include <fcntl.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <new>

#include "aura/base/error.h"

using aura::FileDescriptor;
using aura::JobError;
using aura::Spool;
using aura::audio::SpoolInput;

namespace {

/// Whether this thread's next allocations fail.
thread_local bool is_out_of_memory = false;

int read_from(const SpoolInput& input) {
  std::array<unsigned char, 16> bytes{};
  return avio_read(input.io(), bytes.data(), bytes.size());
}

/// A file that can't be read.
Spool broken() {
  return {FileDescriptor(::open("/dev/null", O_WRONLY | O_CLOEXEC)), 16};
}

}  // namespace

void* operator new(std::size_t size) {
  void* const memory = operator new(size, std::nothrow);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return is_out_of_memory ? nullptr : std::malloc(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

TEST_CASE("spool input: what a read throws is kept for check()") {
  const auto file = broken();
  const SpoolInput input(file, {{0, file.size()}}, {});
  CHECK(read_from(input) < 0);
  CHECK_THROWS_AS(input.check(), JobError);
}

TEST_CASE("spool input: a read without the memory to say what is wrong ends nothing but the read") {
  const auto file = broken();
  const SpoolInput input(file, {{0, file.size()}}, {});
  is_out_of_memory = true;
  const int result = read_from(input);
  is_out_of_memory = false;
  CHECK(result < 0);
  CHECK_THROWS_AS(input.check(), std::bad_alloc);
}
