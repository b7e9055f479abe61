#include "fork_server.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include "aura/audio/decoder.h"
#include "aura/base/error.h"
#include "fork_server_process.h"

namespace aura::audio {
namespace {

struct Pair {
  FileDescriptor ours;
  FileDescriptor theirs;
};

JobError no_resources() {
  return {"no_resources", "the worker has no descriptors left to decode with", Retry::kYes};
}

Pair socket_pair(int type) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends.data()) != 0) throw no_resources();
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

/// Sends the request with its descriptors. Whether anybody is there.
bool send_request(int socket, StartRequest request,
                  const std::array<int, kDescriptorsPerRequest>& descriptors) {
  iovec part{&request, sizeof request};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof descriptors)> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof descriptors);
  std::memcpy(CMSG_DATA(header), descriptors.data(), sizeof descriptors);
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(sizeof request);
}

ChildEnd to_end(int status) {
  ChildEnd end;
  end.started = status != -1;
  if (!end.started) return end;
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  if (WIFEXITED(status)) end.code = WEXITSTATUS(status);
  if (end.code > kNotConfined) end.refused = static_cast<Refused>(end.code - kNotConfined);
  return end;
}

}  // namespace

void Child::kill() const noexcept {
  ::shutdown(control_.get(), SHUT_WR);
}

ChildEnd Child::wait() const {
  EndMessage end;
  ssize_t received = 0;
  do {
    received = ::recv(control_.get(), &end, sizeof end, 0);
  } while (received < 0 && errno == EINTR);
  if (received != static_cast<ssize_t>(sizeof end)) throw DecoderLost();
  return to_end(end.status);
}

ForkServer::ForkServer(Main main) {
  auto requests = socket_pair(SOCK_SEQPACKET);
  requests_ = std::move(requests.ours);
  server_ = ::fork();
  if (server_ < 0) throw std::runtime_error("no process: " + std::system_category().message(errno));
  if (server_ == 0) {
    requests_.reset();
    serve_forks(std::move(requests.theirs), main);
  }
}

ForkServer::~ForkServer() {
  requests_.reset();
  while (::waitpid(server_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Child ForkServer::start(std::span<const std::byte> request, int input,
                        const ChildLimits& limits) const {
  assert(request.size() <= kMaxRequestBytes);
  StartRequest start{.memory_bytes = limits.memory_bytes,
                     .cpu_seconds = limits.cpu_time.count(),
                     .bytes = static_cast<std::uint32_t>(request.size())};
  std::copy(request.begin(), request.end(), start.request.begin());
  auto socket = socket_pair(SOCK_STREAM);
  auto control = socket_pair(SOCK_SEQPACKET);
  const FileDescriptor memory(::memfd_create("aura-samples", MFD_CLOEXEC));
  if (!memory || ::ftruncate(memory.get(), kSharedBytes) != 0) throw no_resources();
  SharedMemory shared(memory.get(), kSharedBytes, SharedMemory::Access::kRead);
  if (shared.bytes().empty()) throw no_resources();
  if (!send_request(requests_.get(), start,
                    {input, socket.theirs.get(), memory.get(), control.theirs.get()}))
    throw DecoderLost();
  return {std::move(socket.ours), std::move(control.ours), std::move(shared)};
}

bool ForkServer::is_lost() const noexcept {
  // Said unasked once nobody has the other end any more.
  pollfd requests{requests_.get(), 0, 0};
  return ::poll(&requests, 1, 0) > 0;
}

}  // namespace aura::audio
