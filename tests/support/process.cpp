#include "aura/test/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <ios>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace aura::test {
namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 20;

/// What a child gets of the caller's environment: a path to look programs up, and the sanitizers'
/// options, without which its reports differ from its parent's.
constexpr std::array kInherited{"PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS",
                                "UBSAN_OPTIONS"};

void check(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

/// For calls that say what went wrong in errno.
int check_errno(int result, const char* what) {
  check(result < 0 ? errno : 0, what);
  return result;
}

/// The signals that process `pid` has handlers for, the first one in the lowest bit.
std::uint64_t handled_signals(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    std::uint64_t signals = 0;
    if (word == "SigCgt:" && status >> std::hex >> signals) return signals;
  }
  return 0;
}

class FileActions {
 public:
  FileActions() { check(posix_spawn_file_actions_init(&actions_), "file actions"); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment_of(Environment values) {
  for (const char* name : kInherited) {
    if (const char* value = std::getenv(name)) values.try_emplace(name, value);
  }
  std::vector<std::string> lines;
  lines.reserve(values.size());
  for (const auto& [name, value] : values) lines.push_back(name + "=" + value);
  return lines;
}

pid_t spawn(std::vector<std::string> arguments, const ProcessOptions& options, int output,
            int error) {
  FileActions actions;
  check(posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0),
        "standard input");
  check(posix_spawn_file_actions_adddup2(actions.get(), output, STDOUT_FILENO), "standard output");
  check(posix_spawn_file_actions_adddup2(actions.get(), error, STDERR_FILENO), "standard error");
  // The caller's sockets stay its own: a child that holds them would keep connections open.
  check(posix_spawn_file_actions_addclosefrom_np(actions.get(), STDERR_FILENO + 1), "close");
  if (!options.directory.empty()) {
    check(posix_spawn_file_actions_addchdir_np(actions.get(), options.directory.c_str()),
          options.directory.c_str());
  }
  auto environment = environment_of(options.environment);
  pid_t pid = -1;
  check(posix_spawn(&pid, arguments.at(0).c_str(), actions.get(), nullptr,
                    pointers(arguments).data(), pointers(environment).data()),
        arguments.at(0).c_str());
  return pid;
}

/// Appends what `fd` has to `text`. Whether more may come.
bool read_some(int fd, std::string& text, std::mutex& mutex) {
  std::array<char, 65536> block{};
  const ssize_t size = ::read(fd, block.data(), block.size());
  if (size < 0) return errno == EINTR || errno == EAGAIN;
  const std::lock_guard lock(mutex);
  text.append(block.data(), std::min(static_cast<std::size_t>(size), kMostBytes - text.size()));
  return size > 0;
}

}  // namespace

std::ostream& operator<<(std::ostream& to, const ExitStatus& status) {
  if (status.signal != 0) return to << "signal " << status.signal;
  return to << "status " << status.code;
}

Process::Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Process::Descriptor::Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Process::Descriptor& Process::Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Process::Pipe::Pipe() {
  std::array<int, 2> ends{};
  check_errno(::pipe2(ends.data(), O_CLOEXEC), "pipe");
  reading = Descriptor(ends[0]);
  writing = Descriptor(ends[1]);
}

Process::Process(const std::vector<std::string>& arguments, const ProcessOptions& options)
    : pid_(spawn(arguments, options, output_.pipe.writing.get(), error_.pipe.writing.get())) {
  // Only the child may hold these, so that its end is the end of its output.
  output_.pipe.writing = Descriptor();
  error_.pipe.writing = Descriptor();
  collector_ = std::thread([this] { collect(); });
}

Process::~Process() {
  if (!ended_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  {
    std::unique_lock lock(mutex_);
    if (!collected_.wait_for(lock, kPatience, [&] { return all_collected_; })) {
      std::fputs("a process has ended, but another one holds its output open\n", stderr);
      std::abort();
    }
  }
  collector_.join();
}

void Process::collect() {
  std::array<pollfd, 2> waiting{
      {{output_.pipe.reading.get(), POLLIN, 0}, {error_.pipe.reading.get(), POLLIN, 0}}};
  const std::array streams{&output_, &error_};
  // poll() passes over what is negative.
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].fd < 0 || waiting[i].revents == 0) continue;
      if (!read_some(waiting[i].fd, streams[i]->text, mutex_)) waiting[i].fd = -1;
    }
    collected_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  all_collected_ = true;
  collected_.notify_all();
}

bool Process::has_ended() const {
  const std::lock_guard lock(mutex_);
  return all_collected_;
}

void Process::kill(int signal) {
  if (!ended_) check_errno(::kill(pid_, signal), "kill");
}

void Process::wait_until_handled(int signal, std::chrono::milliseconds timeout) const {
  eventually(
      "a handler for signal " + std::to_string(signal) + said(),
      [&] {
        if (has_ended()) throw std::runtime_error("the process has ended" + said());
        return (handled_signals(pid_) >> (signal - 1) & 1) != 0;
      },
      timeout);
}

ExitStatus Process::wait(std::chrono::milliseconds timeout) {
  if (ended_) return status_;
  {
    std::unique_lock lock(mutex_);
    if (!collected_.wait_for(lock, timeout, [&] { return all_collected_; })) {
      lock.unlock();
      throw std::runtime_error("the process has not ended in time" + said());
    }
  }
  int status = 0;
  check_errno(::waitpid(pid_, &status, 0), "waitpid");
  ended_ = true;
  status_ =
      WIFSIGNALED(status) ? ExitStatus{0, WTERMSIG(status)} : ExitStatus{WEXITSTATUS(status), 0};
  return status_;
}

void Process::wait_for_error(std::string_view text, std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  const auto found = [&] { return error_.text.find(text) != std::string::npos; };
  collected_.wait_for(lock, timeout, [&] { return found() || all_collected_; });
  if (found()) return;
  lock.unlock();
  throw std::runtime_error("the process has not said \"" + std::string(text) + "\"" + said());
}

std::string Process::output() const {
  const std::lock_guard lock(mutex_);
  return output_.text;
}

std::string Process::error_output() const {
  const std::lock_guard lock(mutex_);
  return error_.text;
}

std::string Process::said() const {
  return "; its standard error:\n" + error_output();
}

pid_t child_of(pid_t parent, std::string_view name) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    // "PID (NAME) STATE PARENT ...", where the name may hold anything.
    std::ifstream file(entry.path() / "stat");
    std::string stat;
    std::getline(file, stat, '\0');  // all of it; nothing of what is no process
    const auto opening = stat.find('(');
    const auto closing = stat.rfind(')');
    if (closing == std::string::npos) continue;
    if (stat.substr(opening + 1, closing - opening - 1) != name) continue;
    std::istringstream rest(stat.substr(closing + 1));
    char state = 0;
    pid_t its_parent = 0;
    if (rest >> state >> its_parent && its_parent == parent) return std::stoi(stat);
  }
  throw std::runtime_error("no child called " + std::string(name));
}

}  // namespace aura::test
