#include "fork_server_process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace aura::audio {
namespace {

using Descriptors = std::array<FileDescriptor, kDescriptorsPerRequest>;

struct Request {
  StartRequest start;
  Descriptors descriptors;
};

struct Running {
  pid_t pid = -1;
  FileDescriptor control;
  bool killed = false;
};

/// Makes `fd` the descriptor `number`, which may belong to something else by now.
void move_to(int fd, int number) {
  if (fd != number) ::dup2(fd, number);
}

void close_from(int first) {
  ::syscall(SYS_close_range, first, static_cast<unsigned>(std::numeric_limits<int>::max()), 0);
}

/// Forgets what the process that it was forked from has: its descriptors but for `requests`, its
/// environment, which holds secrets, and the signals that are meant for that one, such as Ctrl-C.
FileDescriptor forget_parent(FileDescriptor requests) {
  constexpr int kRequests = STDERR_FILENO + 1;
  // Where a standard stream is closed, these may have any of the numbers that are given away here.
  const int clear = ::fcntl(requests.get(), F_DUPFD, kRequests + 1);
  requests.reset();
  FileDescriptor opened(::open("/dev/null", O_RDWR));
  const int null = ::fcntl(opened.get(), F_DUPFD, kRequests + 1);
  opened.reset();
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO}) move_to(null, standard);
  // The sanitizers report there.
  if (!kSanitized) move_to(null, STDERR_FILENO);
  move_to(clear, kRequests);
  close_from(kRequests + 1);

  for (char** variable = environ; *variable != nullptr; ++variable)
    ::explicit_bzero(*variable, std::strlen(*variable));
  ::clearenv();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) std::signal(signal, SIG_IGN);
  ::prctl(PR_SET_NAME, "aura-decoders", 0, 0, 0);
  return FileDescriptor(kRequests);
}

std::optional<SystemCallFilter> make_filter() {
  try {
    return SystemCallFilter();
  } catch (const std::runtime_error&) {
    return std::nullopt;  // the children say so
  }
}

[[noreturn]] void be_child(const Request& request, const std::optional<SystemCallFilter>& filter,
                           ForkServer::Main main, pid_t server) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != server) ::_exit(0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);

  const SharedMemory shared(request.descriptors[2].get(), ForkServer::kSharedBytes,
                            SharedMemory::Access::kReadWrite);
  const int input = ::fcntl(request.descriptors[0].get(), F_DUPFD, kChildSocket + 1);
  const int socket = ::fcntl(request.descriptors[1].get(), F_DUPFD, kChildSocket + 1);
  move_to(input, kChildInput);
  move_to(socket, kChildSocket);
  const ChildLimits limits{request.start.memory_bytes,
                           std::chrono::seconds(request.start.cpu_seconds)};
  const auto refused = filter ? confine(limits, *filter) : Refused::kFilter;
  if (refused != Refused::kNothing) ::_exit(kNotConfined + static_cast<int>(refused));
  if (shared.bytes().empty()) ::_exit(1);
  const std::span used = std::span(request.start.request).first(request.start.bytes);
  if (!used.empty()) main(used, shared.bytes());
  ::_exit(0);
}

/// The next request; nothing at the end of `socket`.
std::optional<Request> receive(int socket) {
  Request request;
  std::array<int, kDescriptorsPerRequest> received{};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof received)> control{};
  iovec part{&request.start, sizeof request.start};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t bytes = 0;
  do {
    bytes = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (bytes < 0 && errno == EINTR);
  if (bytes != static_cast<ssize_t>(sizeof request.start)) return std::nullopt;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  // Fewer than were sent where this process may have no more of them: the child then fails.
  const std::size_t size = header == nullptr ? 0 : header->cmsg_len - CMSG_LEN(0);
  if (size > 0) std::memcpy(received.data(), CMSG_DATA(header), std::min(size, sizeof received));
  for (std::size_t i = 0; i < size / sizeof(int); ++i)
    request.descriptors.at(i) = FileDescriptor(received.at(i));
  return request;
}

class Server {
 public:
  Server(int requests, ForkServer::Main main)
      : requests_(requests), main_(main), filter_(make_filter()) {
    sigset_t child_ended;
    ::sigemptyset(&child_ended);
    ::sigaddset(&child_ended, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &child_ended, nullptr);
    child_ended_ = FileDescriptor(::signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK));
  }

  /// Until nobody is left to send requests.
  void run() {
    while (true) {
      wait_for_events();
      kill_unwanted();
      reap();
      if (events_[0].revents == 0) continue;
      auto request = receive(requests_);
      if (!request) break;
      start(std::move(*request));
    }
    for (const auto& child : running_) ::kill(child.pid, SIGKILL);
  }

 private:
  void wait_for_events() {
    events_.assign({{requests_, POLLIN, 0}, {child_ended_.get(), POLLIN, 0}});
    for (const auto& child : running_)
      events_.push_back({child.killed ? -1 : child.control.get(), POLLRDHUP, 0});
    if (::poll(events_.data(), events_.size(), -1) < 0) {
      for (auto& event : events_) event.revents = 0;
    }
  }

  void kill_unwanted() {
    for (std::size_t i = 0; i < running_.size(); ++i) {
      if (events_[i + 2].revents == 0) continue;
      ::kill(running_[i].pid, SIGKILL);
      running_[i].killed = true;
    }
  }

  void reap() {
    signalfd_siginfo ended{};
    while (::read(child_ended_.get(), &ended, sizeof ended) > 0) {
    }
    int status = 0;
    for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      const auto child = std::find_if(running_.begin(), running_.end(),
                                      [&](const Running& running) { return running.pid == pid; });
      if (child == running_.end()) continue;
      tell_end(child->control, status);
      running_.erase(child);
    }
  }

  void start(Request request) {
    const pid_t server = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) be_child(request, filter_, main_, server);
    auto& control = request.descriptors[3];
    if (pid < 0) return tell_end(control, -1);
    running_.push_back({pid, std::move(control)});
  }

  /// Nobody may listen any more.
  static void tell_end(const FileDescriptor& control, int status) {
    const EndMessage end{status};
    ::send(control.get(), &end, sizeof end, MSG_NOSIGNAL | MSG_DONTWAIT);
  }

  int requests_;
  ForkServer::Main main_;
  std::optional<SystemCallFilter> filter_;
  FileDescriptor child_ended_;
  std::vector<Running> running_;
  std::vector<pollfd> events_;  // of the requests, of the children's ends, then one a child
};

}  // namespace

void serve_forks(FileDescriptor requests, ForkServer::Main main) noexcept {
  const auto kept = forget_parent(std::move(requests));
  ::tzset();  // reads the time zone's file, which the children can't
  Server(kept.get(), main).run();
  ::_exit(0);
}

}  // namespace aura::audio
