#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <filesystem>
#include <map>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "aura/test/eventually.h"

namespace aura::test {

/// How a process ended.
struct ExitStatus {
  int code = 0;    ///< what it returned, if no signal ended it
  int signal = 0;  ///< the signal that ended it; 0: none

  bool operator==(const ExitStatus&) const = default;
};
/// For the messages of failed tests.
std::ostream& operator<<(std::ostream& to, const ExitStatus& status);

/// The child of process `parent` that is called `name` (at most 15 characters count). Throws
/// std::runtime_error if there is none.
pid_t child_of(pid_t parent, std::string_view name);

using Environment = std::map<std::string, std::string>;

struct ProcessOptions {
  /// What it gets besides PATH and the sanitizers' own options; nothing else is inherited.
  Environment environment{};
  std::filesystem::path directory{};  ///< to start in; empty: the caller's
};

/// A child process with nothing on its standard input, whose output is collected all the while. The
/// end of its output is taken for its own, so it must not close that early nor leave processes
/// behind that hold it. One thread at a time.
class Process {
 public:
  /// Starts `arguments`, the first of which is the program's path. Throws std::system_error.
  explicit Process(const std::vector<std::string>& arguments, const ProcessOptions& options = {});
  /// Ends it with SIGKILL if it still runs.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  /// Whether its output has ended, so that wait() won't take long.
  bool has_ended() const;

  /// Sends a signal; nothing happens once it has ended.
  void kill(int signal);
  /// Waits until it has a handler for `signal`. Before, as it starts, the signal would end it.
  /// Throws std::runtime_error if that doesn't come in time or the process has ended.
  void wait_until_handled(int signal, std::chrono::milliseconds timeout = kPatience) const;
  /// Waits for its end; all of its output is here afterwards. Throws std::runtime_error, which
  /// quotes what it said, if it doesn't come in time.
  ExitStatus wait(std::chrono::milliseconds timeout = kPatience);
  /// Waits until its standard error holds `text`. Throws std::runtime_error, which quotes what it
  /// said, if that doesn't come in time or can't come any more.
  void wait_for_error(std::string_view text, std::chrono::milliseconds timeout = kPatience);

  /// What it has written so far; of each at most the first 16 MiB.
  std::string output() const;
  std::string error_output() const;

 private:
  /// A file descriptor's owner.
  class Descriptor {
   public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    int get() const { return fd_; }

   private:
    int fd_;
  };
  struct Pipe {
    Pipe();
    Descriptor reading;
    Descriptor writing;
  };
  struct Stream {
    Pipe pipe{};
    std::string text{};  ///< guarded by mutex_
  };

  void collect();
  std::string said() const;

  Stream output_;
  Stream error_;
  mutable std::mutex mutex_;
  std::condition_variable collected_;
  bool all_collected_ = false;  // guarded by mutex_
  pid_t pid_ = -1;
  bool ended_ = false;
  ExitStatus status_;
  std::thread collector_;
};

}  // namespace aura::test
