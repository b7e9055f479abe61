#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "fork_server.h"

namespace aura::audio {

/// What the server is asked, in one message with descriptors: of the child's input, its socket, the
/// memory it shares and the server's end of its control socket.
struct StartRequest {
  std::uint64_t memory_bytes = 0;
  std::int64_t cpu_seconds = 0;
  std::uint32_t bytes = 0;  ///< of the request that are used
  std::array<std::byte, ForkServer::kMaxRequestBytes> request{};
};
inline constexpr std::size_t kDescriptorsPerRequest = 4;

/// What the server says on the control socket at the child's end: its status as waitpid() has it,
/// or -1 where it couldn't be started.
struct EndMessage {
  int status = 0;
};

/// A child that can't be confined returns this, plus what was refused to it.
inline constexpr int kNotConfined = 100;

/// Is the server: serves `requests` until its other end is closed. Never returns.
[[noreturn]] void serve_forks(FileDescriptor requests, ForkServer::Main main) noexcept;

}  // namespace aura::audio
