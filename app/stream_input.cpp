#include "stream_input.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <span>
#include <vector>

#include "aura/base/error.h"
#include "aura/base/file_descriptor.h"

namespace aura::app {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 18;
/// How soon a stop is noticed.
constexpr int kPollMs = 100;

JobError unreadable(const std::string& why) {
  return {"unreadable", why, Retry::kNo};
}

/// Returns the number of bytes read, 0 at the end. Waits while there are none.
std::size_t read_some(int fd, std::span<std::uint8_t> into, const std::stop_token& stop) {
  while (true) {
    if (stop.stop_requested()) throw Stopped();
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, kPollMs) == 0) continue;
    const auto count = ::read(fd, into.data(), into.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR && errno != EAGAIN) throw unreadable("it can't be read");
  }
}

/// Reads to the end, beginning with `block`, of which `count` bytes are read already.
Spool read_all(int fd, std::vector<std::uint8_t>& block, std::size_t count, std::uint64_t max_bytes,
               const std::stop_token& stop) {
  Spool spool;
  for (; count > 0; count = read_some(fd, block, stop)) {
    if (spool.size() + count > max_bytes) {
      throw JobError(
          "too_large",
          "this is longer than " + std::to_string(max_bytes >> 20) + " MB: raise MAX_AUDIO_MB",
          Retry::kNo);
    }
    spool.append(std::span(block).first(count));
  }
  return spool;
}

}  // namespace

Spool read_standard_input(std::uint64_t max_bytes, const std::stop_token& stop) {
  if (::isatty(STDIN_FILENO) == 1)
    throw unreadable("this is a terminal: lead a track into it, with < FILE or a pipe");
  std::vector<std::uint8_t> block(kBlockBytes);
  const auto count = read_some(STDIN_FILENO, block, stop);
  return read_all(STDIN_FILENO, block, count, max_bytes, stop);
}

Spool read_pipe(const std::string& path, std::uint64_t max_bytes, const std::stop_token& stop) {
  const FileDescriptor pipe(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  std::vector<std::uint8_t> block(kBlockBytes);
  if (!pipe) throw unreadable("there is no such file, or it can't be read");
  // Without a writer there is nothing to wait for, and poll() would wait.
  const auto first = ::read(pipe.get(), block.data(), block.size());
  if (first == 0) throw unreadable("this is no file but a folder, a pipe or a device");
  const auto count =
      first > 0 ? static_cast<std::size_t>(first) : read_some(pipe.get(), block, stop);
  return read_all(pipe.get(), block, count, max_bytes, stop);
}

}  // namespace aura::app
