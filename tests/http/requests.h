#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace aura::test {

/// What a server answered.
struct Answer {
  unsigned status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// A connection to a server of this machine that sends whatever bytes it is told to. What waits for
/// the server throws std::runtime_error if it keeps the client waiting for too long.
class Client {
 public:
  explicit Client(std::uint16_t port);
  ~Client();
  Client(Client&&) noexcept;

  void send(const std::string& bytes);
  /// The next answer, whole; `to_head` says that it is to a HEAD and so without a body. Throws
  /// boost::system::system_error where the server closes instead.
  Answer receive(bool to_head = false);
  /// What comes up to `end`, with it; throws where the server closes before.
  std::string receive_until(const std::string& end);
  /// Whether the server closes without another byte.
  bool is_closed();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A request as bytes; `headers` ("Name: value\r\n" each).
std::string request(const std::string& method, const std::string& target,
                    const std::string& headers = "", const std::string& body = "");

/// Asks once, over a connection of its own.
Answer ask(std::uint16_t port, const std::string& method, const std::string& target,
           const std::string& headers = "", const std::string& body = "");

}  // namespace aura::test
