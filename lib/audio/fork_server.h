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
  bool started = false;  ///< false: there was no process to be had
  Refused refused = Refused::kNothing;
  int signal = 0;  ///< that ended it; 0: none
  int code = 0;    ///< that it returned otherwise
};

/// A confined process. Killed with its owner.
class Child {
 public:
  Child(FileDescriptor socket, FileDescriptor control, SharedMemory shared)
      : socket_(std::move(socket)), control_(std::move(control)), shared_(std::move(shared)) {}

  /// The other end of its socket, a stream that ends when it does.
  int socket() const noexcept { return socket_.get(); }

  /// The memory that it shares with us. It may change at any time: check copies.
  std::span<const std::byte> shared() const noexcept { return shared_.bytes(); }

  /// Kills it, soon after. From any thread.
  void kill() const noexcept;

  /// Waits until it has ended. Throws DecoderLost if the server is gone; the child is then too.
  ChildEnd wait() const;

 private:
  FileDescriptor socket_;
  FileDescriptor control_;  // the server kills the child when this end of it is shut
  SharedMemory shared_;
};

/// Starts confined processes that all run one function. They are forked from a process that is
/// itself forked early, has one thread and no secret, and does nothing else: forking a process of
/// many threads is not safe, and starting a program anew costs some 30 ms for FFmpeg's libraries.
class ForkServer {
 public:
  /// What a child does: `request` is what start() was given, `shared` the memory that its starter
  /// sees too. Its exit code is 0 when it returns; throwing ends it with SIGABRT.
  using Main = void (*)(std::span<const std::byte> request, std::span<std::byte> shared);

  /// Forks the server, which must happen before this process has a second thread. Throws
  /// std::runtime_error with the reason where that can't be.
  explicit ForkServer(Main main);
  /// Kills the children that are left.
  ~ForkServer();
  ForkServer(const ForkServer&) = delete;
  ForkServer& operator=(const ForkServer&) = delete;

  static constexpr std::size_t kMaxRequestBytes = 256;
  /// Stays in a core's cache, and is large enough that turns between the processes, some 30 µs each
  /// on a busy machine, are few.
  static constexpr std::size_t kSharedBytes = 512 * 1024;

  /// A child that may read `input` and use no more than `limits`; with an empty `request` it only
  /// confines itself and ends. From any thread. Throws DecoderLost if the server is gone, and
  /// JobError "no_resources", worth a retry, for want of descriptors or memory.
  Child start(std::span<const std::byte> request, int input, const ChildLimits& limits) const;

  /// Whether the server has ended. From any thread.
  bool is_lost() const noexcept;

 private:
  FileDescriptor requests_;
  pid_t server_ = -1;
};

}  // namespace aura::audio
