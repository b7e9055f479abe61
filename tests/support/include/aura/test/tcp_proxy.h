#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace aura::test {

/// Stands between a client on 127.0.0.1 and a server at a Unix socket, and is the network that
/// fails. Works from construction to destruction in a thread of its own; members may be called from
/// any thread and have taken effect once they return.
class TcpProxy {
 public:
  enum class Mode {
    kPass,
    kRefuse,     ///< New connections are refused; the open ones go on.
    kBlackHole,  ///< Nothing gets through, and neither side is told.
  };

  explicit TcpProxy(const std::string& server_socket);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  std::uint16_t port() const;
  /// How often a client has spoken after its server had spoken, or first, on all connections: so
  /// many answers the clients had to wait for.
  int round_trips() const;

  /// As where a firewall has forgotten them, connections that have been through a black hole, or
  /// were opened in it, stay dead when others pass again, and the server keeps its end of them.
  void set_mode(Mode mode);
  /// Closes every connection, dead or alive, at both ends.
  void cut_all();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aura::test
