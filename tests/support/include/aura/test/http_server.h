#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "aura/test/certificate_authority.h"

namespace aura::test {

/// Where a server waits for a test. All of it is thread-safe; must be open or forgotten by the time
/// the server goes.
class Gate {
 public:
  /// Lets through who waits and who comes.
  void open();
  /// Blocks until the server waits here, or has passed. Throws std::runtime_error after kPatience.
  void wait_until_reached();
  /// For the server: calls `wake` once the gate is open, at once if it is.
  void reach(std::function<void()> wake);

 private:
  std::mutex mutex_;
  std::condition_variable reached_changed_;
  bool is_open_ = false;
  bool is_reached_ = false;
  std::vector<std::function<void()>> wakers_;
};

/// What goes over the wire, byte for byte, until the server closes the connection.
struct Reply {
  std::string bytes;
  std::string endless{};         ///< Sent after `bytes`, over and over, until the client has gone.
  std::shared_ptr<Gate> gate{};  ///< Waits here ...
  std::size_t gate_at = 0;       ///< ... before this one of the bytes.
  bool close_notify = true;      ///< Whether a TLS connection is closed as it should be.
  std::chrono::milliseconds pace{};  ///< The pause before each round of `endless`.
  bool reset = false;                ///< Whether the connection is reset at the end, not closed.

  /// The same reply, but waiting at `at` before byte `offset`.
  Reply held_by(std::shared_ptr<Gate> at, std::size_t offset = 0) const;
};

/// A whole reply: status line, `headers` ("Name: value\r\n" each), Content-Length, body.
Reply reply(int status, const std::string& body, const std::string& headers = "");
Reply ok(const std::string& body);
Reply redirect(int status, const std::string& location);
/// 200 with a chunked body: one chunk for each of `pieces`, the last one included unless cut short.
Reply chunked(const std::vector<std::string>& pieces, bool is_complete = true);
/// 200 that promises `content_length` bytes and sends `body`.
Reply promising(std::uint64_t content_length, const std::string& body);
/// 200 with a body that ends only with the connection.
Reply until_close(const std::string& body);

struct Request {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  ///< Names in lower case.
};

/// An HTTP/1.1 server on 127.0.0.1, one request a connection. Speaks from construction to
/// destruction, in a thread of its own; members may be called from any thread.
class HttpServer {
 public:
  using Handler = std::function<Reply(const Request&)>;

  /// Listens on `port`, or a free one if that is 0; speaks TLS if there is an `identity`.
  explicit HttpServer(std::optional<Identity> identity = std::nullopt, std::uint16_t port = 0);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  /// The URL of `path` here, by the address 127.0.0.1 or another name of this machine.
  std::string url(const std::string& path, const std::string& host = "127.0.0.1") const;

  /// What to answer to requests for `path` (query not counted) from now on. The handler runs in the
  /// server's thread. A path that nothing answers is a 404.
  void serve(const std::string& path, Reply reply);
  void handle(const std::string& path, Handler handler);
  /// Answers every other path.
  void handle_others(Handler handler);
  /// Answers every other path with the file of that name in `folder`; nothing outside of it.
  void serve_folder(const std::filesystem::path& folder);

  /// The requests for `path` so far, in their order.
  std::vector<Request> requests(const std::string& path) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aura::test
