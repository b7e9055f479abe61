#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>

#include "aura/base/file_descriptor.h"
#include "confine.h"
#include "shared_memory.h"

namespace aura::audio {

/// How a child ended.
struct ChildEnd {
  bool started = false;  ///< false: the system had no process left
  Refused refused = Refused::kNothing;
  int signal = 0;  ///< the signal that ended it; 0 if none
  int code = 0;    ///< else its exit code
};

/// A confined process. The destructor has it killed. Thread-safe except for moves.
class Child {
 public:
  Child(FileDescriptor socket, FileDescriptor control, SharedMemory shared)
      : socket_(std::move(socket)), control_(std::move(control)), shared_(std::move(shared)) {}

  /// Returns our end of its socket, a stream that ends with the process.
  int socket() const noexcept { return socket_.get(); }

  /// Returns the memory that it shares with us. The process may change it at any time: check
  /// copies.
  std::span<const std::byte> shared() const noexcept { return shared_.bytes(); }

  /// Has the server kill the process soon.
  void kill() const noexcept;

  /// Blocks until the process has ended. Throws DecoderLost if the server has ended, and with it
  /// the process.
  ChildEnd wait() const;

 private:
  FileDescriptor socket_;
  FileDescriptor control_;  // the server kills the child when this end of it is shut
  SharedMemory shared_;
};

/// Starts confined processes that all run the same function. A server process forks them. The
/// server itself is forked early, so it has a single thread and no secret. Reasons: to fork a
/// process with many threads is not safe, and a new program takes 30 ms to load FFmpeg's libraries.
class ForkServer {
 public:
  /// The function of a child. `request` is the argument of start(); `shared` is the memory shared
  /// with the caller of start(). When it returns, the exit code is 0; an exception ends the child
  /// with SIGABRT.
  using Main = void (*)(std::span<const std::byte> request, std::span<std::byte> shared);

  /// Forks the server. Call from a process with a single thread. Throws std::runtime_error with the
  /// reason if the fork fails; JobError "no_resources" if descriptors run out.
  explicit ForkServer(Main main);
  /// Ends the server, which kills all children.
  ~ForkServer();
  ForkServer(const ForkServer&) = delete;
  ForkServer& operator=(const ForkServer&) = delete;

  static constexpr std::size_t kMaxRequestBytes = 256;
  /// Fits a core's cache, and is large enough to make switches between the processes rare (30 µs
  /// each on a busy machine).
  static constexpr std::size_t kSharedBytes = 512 * 1024;

  /// Starts a child that may read `input` and use no more than `limits`. With an empty `request`
  /// the child only confines itself and ends. `request` has at most kMaxRequestBytes. Thread-safe.
  /// Throws DecoderLost if the server has ended; JobError "no_resources", worth a retry, if
  /// descriptors or memory run out.
  Child start(std::span<const std::byte> request, int input, const ChildLimits& limits) const;

  /// Returns whether the server has ended. Thread-safe.
  bool is_lost() const noexcept;

 private:
  FileDescriptor requests_;
  pid_t server_ = -1;
};

}  // namespace aura::audio
