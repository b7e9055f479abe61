#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "fork_server.h"

namespace aura::audio {

/// A request to the server. Its message carries four descriptors: the child's input, its socket,
/// its shared memory, and the server's end of its control socket.
struct StartRequest {
  std::uint64_t memory_bytes = 0;
  std::int64_t cpu_seconds = 0;
  std::uint32_t bytes = 0;  ///< used in `request`
  std::array<std::byte, ForkServer::kMaxRequestBytes> request{};
};
inline constexpr std::size_t kDescriptorsPerRequest = 4;

/// The server's message on the control socket when a child has ended: the status from waitpid(), or
/// -1 if the child couldn't be started.
struct EndMessage {
  int status = 0;
};

/// The exit code of a child that can't be confined is this plus the Refused.
inline constexpr int kNotConfined = 100;

/// Runs the server: answers `requests` until their other end is closed, then ends the process. Call
/// from the forked process only.
[[noreturn]] void serve_forks(FileDescriptor requests, ForkServer::Main main) noexcept;

}  // namespace aura::audio
