#include "aura/fetch/fetcher.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "aura/base/error.h"
#include "aura/test/http_server.h"
#include "job_error.h"
#include "local.h"

namespace aura::fetch {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using test::HttpServer;
using test::Reply;
using test::text_of;
using namespace std::chrono_literals;

/// For a test in which a limit on time is to be met. It says how long that test lasts, no more:
/// none depends on what can be done within it.
constexpr auto kShort = 150ms;

std::string fetch(const std::string& url, const FetchLimits& limits = test::local_limits()) {
  return text_of(Fetcher(limits).fetch(url));
}

JobError failure(const std::string& url, const FetchLimits& limits = test::local_limits()) {
  return test::job_error([&] { Fetcher(limits).fetch(url); });
}

/// What fetching `reply` fails with.
JobError failure_of(const Reply& reply, const FetchLimits& limits = test::local_limits()) {
  HttpServer server;
  server.serve("/a", reply);
  return failure(server.url("/a"), limits);
}

/// A port of 127.0.0.1 that nobody listens at, kept until destruction.
class ClosedPort {
 public:
  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(socket_.local_endpoint().port()) + "/a";
  }

 private:
  asio::io_context io_;
  tcp::socket socket_{io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
};

TEST_CASE("fetcher: delivers a body byte for byte") {
  std::string body(300'000, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * i % 251);
  HttpServer server;
  server.serve("/length", test::ok(body));
  server.serve("/chunks",
               test::chunked({body.substr(0, 1), body.substr(1, 99'999), body.substr(100'000)}));
  server.serve("/close", test::until_close(body));
  CHECK(fetch(server.url("/length")) == body);
  CHECK(fetch(server.url("/chunks")) == body);
  CHECK(fetch(server.url("/close")) == body);
}

TEST_CASE("fetcher: a file comes with the SHA-256 of its bytes") {
  std::string body(300'000, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * i % 251);
  HttpServer server;
  server.serve("/abc", test::ok("abc"));
  server.serve("/length", test::ok(body));
  server.serve("/chunks",
               test::chunked({body.substr(0, 1), body.substr(1, 99'999), body.substr(100'000)}));
  server.serve("/close", test::until_close(body));
  server.serve("/redirect", test::redirect(302, "/length"));
  const Fetcher fetcher(test::local_limits());
  CHECK(to_hex(fetcher.fetch(server.url("/abc")).sha256) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  for (const std::string path : {"/length", "/chunks", "/close", "/redirect"}) {
    CAPTURE(path);
    CHECK(fetcher.fetch(server.url(path)).sha256 == test::sha256_of(body));
  }
}

TEST_CASE("fetcher: asks for the target as written, by its name and for the plain file") {
  HttpServer server;
  server.serve("/a%20b", test::ok("x"));
  fetch(server.url("/a b?sig=%2F+#part"));
  const auto requests = server.requests("/a%20b");
  REQUIRE(requests.size() == 1);
  const auto& request = requests[0];
  CHECK(request.method == "GET");
  CHECK(request.target == "/a%20b?sig=%2F+");
  CHECK(request.headers.at("host") == "127.0.0.1:" + std::to_string(server.port()));
  CHECK(request.headers.at("accept-encoding") == "identity");
  CHECK(request.headers.at("user-agent").starts_with("AURA/"));
}

TEST_CASE("fetcher: finds hosts by name") {
  HttpServer server;
  server.serve("/a", test::ok("x"));
  CHECK(fetch(server.url("/a", "localhost")) == "x");
}

TEST_CASE("fetcher: interim replies are passed over") {
  HttpServer server;
  server.serve("/a", {"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + test::ok("x").bytes});
  CHECK(fetch(server.url("/a")) == "x");
}

TEST_CASE("fetcher: follows each kind of redirect, absolute and relative") {
  const int status = GENERATE(301, 302, 303, 307, 308);
  HttpServer server;
  server.serve("/d/from", test::redirect(status, "to?q=1"));
  server.serve("/d/to", test::redirect(status, server.url("/end")));
  server.serve("/end", test::ok("found"));
  CHECK(fetch(server.url("/d/from")) == "found");
  CHECK(server.requests("/d/to").at(0).target == "/d/to?q=1");
}

TEST_CASE("fetcher: a file has the name that its URL ends with and the type that the server says") {
  HttpServer server;
  server.serve("/from", test::redirect(302, "/d/A%20song.mp3?key=a/b.wav"));
  server.serve("/d/A%20song.mp3", test::reply(200, "sound", "Content-Type: audio/mpeg\r\n"));
  server.serve("/d/", test::ok("sound"));
  const Fetcher fetcher(test::local_limits());
  const auto file = fetcher.fetch(server.url("/from")).file;
  CHECK(file.label().name == "A%20song.mp3");
  CHECK(file.label().media_type == "audio/mpeg");
  const auto nameless = fetcher.fetch(server.url("/d/")).file;
  CHECK(nameless.label().name.empty());
  CHECK(nameless.label().media_type.empty());
}

TEST_CASE("fetcher: follows a redirect to another host") {
  HttpServer first;
  HttpServer second;
  first.serve("/a", test::redirect(302, second.url("/b")));
  second.serve("/b", test::ok("found"));
  CHECK(fetch(first.url("/a")) == "found");
}

TEST_CASE("fetcher: gives up one redirect beyond the limit") {
  HttpServer server;
  for (int i = 0; i < 6; ++i) {
    server.serve("/" + std::to_string(i), test::redirect(302, "/" + std::to_string(i + 1)));
  }
  server.serve("/6", test::ok("found"));
  CHECK(fetch(server.url("/1")) == "found");
  const auto error = failure(server.url("/0"));
  CHECK(error.code() == "too_many_redirects");
  CHECK_FALSE(error.retryable());
}

TEST_CASE("fetcher: a redirect to where it can't go is final") {
  const std::string location = GENERATE("ftp://h/a", "http://joe:pw@h/", "http://");
  const auto error = failure_of(test::redirect(302, location));
  CHECK(error.code() == "redirect_invalid");
  CHECK_FALSE(error.retryable());
}

TEST_CASE("fetcher: a redirect that names no place is final") {
  CHECK(failure_of(test::reply(302, "")).code() == "redirect_invalid");
}

TEST_CASE("fetcher: a failing status is told with its number, and whether to try again") {
  const auto [status, retryable] = GENERATE(table<int, bool>(
      {{404, false}, {410, false}, {403, false}, {400, false}, {429, true}, {503, true}}));
  const auto error = failure_of(test::reply(status, "sorry", "Retry-After: 17\r\n"));
  CHECK(error.code() == "http_" + std::to_string(status));
  CHECK(error.retryable() == retryable);
  CHECK(error.retry_after() == (retryable ? std::optional(17s) : std::nullopt));
}

TEST_CASE("fetcher: a failing status counts whatever its body claims to be") {
  CHECK(failure_of({"HTTP/1.1 404 Not Found\r\nContent-Length: 99999999999\r\n"
                    "Content-Encoding: gzip\r\n\r\n"})
            .code() == "http_404");
}

TEST_CASE("fetcher: no message tells more of the URL than its host") {
  HttpServer server;
  server.serve("/private", test::reply(403, ""));
  server.serve("/moved", test::redirect(302, "ftp://private/?private"));
  server.serve("/cut", test::promising(100, "x"));
  for (const std::string path : {"/private", "/moved", "/cut", "/private/unknown"}) {
    const std::string message = failure(server.url(path + "?sig=private")).what();
    CAPTURE(message);
    CHECK(message.find("127.0.0.1") != std::string::npos);
    CHECK(message.find("private") == std::string::npos);
    CHECK(message.find('\n') == std::string::npos);
  }
}

TEST_CASE("fetcher: a file as large as the limit is taken, one byte more is not") {
  FetchLimits limits = test::local_limits();
  limits.max_bytes = 100'000;
  const std::string fits(limits.max_bytes, 'x');
  const auto make = GENERATE(as<Reply (*)(const std::string&)>{}, test::ok, test::until_close,
                             [](const std::string& body) { return test::chunked({body}); });
  HttpServer server;
  server.serve("/fits", make(fits));
  server.serve("/more", make(fits + "x"));
  CHECK(fetch(server.url("/fits"), limits) == fits);
  const auto error = failure(server.url("/more"), limits);
  CHECK(error.code() == "too_large");
  CHECK_FALSE(error.retryable());
}

TEST_CASE("fetcher: a body without end is cut off at the limit") {
  FetchLimits limits = test::local_limits();
  limits.max_bytes = 1'000'000;
  Reply endless = test::until_close("");
  endless.endless = std::string(10'000, 'x');
  CHECK(failure_of(endless, limits).code() == "too_large");
  endless = test::chunked({}, false);
  endless.endless = "3e8\r\n" + std::string(1000, 'x') + "\r\n";
  CHECK(failure_of(endless, limits).code() == "too_large");
}

TEST_CASE("fetcher: a promised length beyond the limit is refused before the body comes") {
  const auto gate = std::make_shared<test::Gate>();
  const Reply promise = test::promising(std::uint64_t{1} << 62, "x");
  // The server never sends the body, so the headers alone must do.
  CHECK(failure_of(promise.held_by(gate, promise.bytes.size() - 1)).code() == "too_large");
}

TEST_CASE("fetcher: a body cut short is worth a retry") {
  const auto reply =
      GENERATE(test::promising(100'000, "x"), test::chunked({"abc"}, false),
               Reply{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nab"});
  const auto error = failure_of(reply);
  CHECK(error.code() == "connection_lost");
  CHECK(error.retryable());
}

TEST_CASE("fetcher: bytes beyond the promised length are not part of the file") {
  HttpServer server;
  server.serve("/a", test::promising(3, "abcdef"));
  CHECK(fetch(server.url("/a")) == "abc");
}

TEST_CASE("fetcher: a connection closed before any reply is worth a retry") {
  const auto error = failure_of({""});
  CHECK(error.code() == "connection_lost");
  CHECK(error.retryable());
}

TEST_CASE("fetcher: an empty file is refused for good") {
  const auto reply = GENERATE(test::ok(""), test::chunked({}), test::until_close(""),
                              Reply{"HTTP/1.1 204 No Content\r\n\r\n"});
  const auto error = failure_of(reply);
  CHECK(error.code() == "empty_body");
  CHECK_FALSE(error.retryable());
}

TEST_CASE("fetcher: a compressed body is refused, an identical one is not") {
  const auto header = GENERATE(as<std::string>{}, "Content-Encoding: gzip\r\n",
                               "Content-Encoding: br\r\n", "Transfer-Encoding: gzip, chunked\r\n");
  const auto error = failure_of({"HTTP/1.1 200 OK\r\n" + header + "\r\n0\r\n\r\n"});
  CHECK(error.code() == "content_encoding");
  CHECK_FALSE(error.retryable());
  HttpServer server;
  server.serve("/a", test::reply(200, "x", "Content-Encoding: Identity\r\n"));
  CHECK(fetch(server.url("/a")) == "x");
}

TEST_CASE("fetcher: what is no HTTP is refused") {
  CHECK(failure_of({"SSH-2.0-OpenSSH_9.2\r\n"}).code() == "bad_response");
  CHECK(failure_of({"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"}).code() == "bad_response");
}

TEST_CASE("fetcher: headers, chunk extensions and trailers without end are cut off") {
  for (const std::string start :
       {"HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX: "}) {
    CAPTURE(start);
    const auto error = failure_of({.bytes = start, .endless = std::string(10'000, 'x')});
    CHECK(error.code() == "bad_response");
  }
}

TEST_CASE("fetcher: of headers beyond the limit, the setting is named") {
  const auto error = failure_of(test::reply(200, "x", "X: " + std::string(40'000, 'x') + "\r\n"));
  CHECK(std::string(error.what()).find("FETCH_MAX_HEADER_KB") != std::string::npos);
}

TEST_CASE("fetcher: a refused connection is worth a retry") {
  const ClosedPort port;
  const auto error = failure(port.url());
  CHECK(error.code() == "connection_refused");
  CHECK(error.retryable());
}

TEST_CASE("fetcher: a silent server is given up, before the reply and amid it") {
  FetchLimits limits = test::local_limits();
  limits.idle_timeout = kShort;
  limits.first_byte_timeout = kShort;
  const Reply whole = test::ok("abcdef");
  const std::size_t at = GENERATE_COPY(std::size_t{0}, std::size_t{5}, whole.bytes.size() - 3);
  const auto error = failure_of(whole.held_by(std::make_shared<test::Gate>(), at), limits);
  CHECK(error.code() == "timeout");
  CHECK(error.retryable());
  CHECK(std::string(error.what()) ==
        (at == 0 ? "127.0.0.1 did not answer within 0.15 s: try again later"
                 : "127.0.0.1 sent nothing within 0.15 s: try again later"));
}

TEST_CASE("fetcher: a server that keeps sending is given up when all takes too long") {
  FetchLimits limits = test::local_limits();
  limits.total_timeout = kShort;
  const auto endless =
      GENERATE(Reply{.bytes = test::chunked({}, false).bytes, .endless = "1\r\nx\r\n"},
               Reply{.bytes = "", .endless = "HTTP/1.1 103 Early Hints\r\n\r\n"});
  const auto error = failure_of(endless, limits);
  CHECK(error.code() == "timeout");
  CHECK(std::string(error.what()) ==
        "127.0.0.1 did not deliver the audio file within 0.15 s: try again later");
}

TEST_CASE("fetcher: redirects share one time limit") {
  FetchLimits limits = test::local_limits();
  limits.total_timeout = kShort;
  HttpServer server;
  server.serve("/a", test::redirect(302, "/b"));
  server.serve("/b", test::ok("x").held_by(std::make_shared<test::Gate>()));
  CHECK(failure(server.url("/a"), limits).code() == "timeout");
}

TEST_CASE("fetcher: an invalid URL never leaves the house") {
  CHECK(failure("").code() == "url_invalid");
  CHECK(failure("ftp://127.0.0.1/a").code() == "url_unsupported");
}

TEST_CASE("fetcher: one serves many threads at once", "[tsan]") {
  constexpr int kThreads = 8;
  HttpServer server;
  for (int i = 0; i < kThreads; ++i) {
    server.serve("/" + std::to_string(i),
                 test::ok(std::string(50'000, static_cast<char>('a' + i))));
  }
  const Fetcher fetcher(test::local_limits());
  std::vector<std::string> bodies(kThreads);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        // By name, so that names are resolved at the same time too.
        const auto url = server.url("/" + std::to_string(i), "localhost");
        for (int round = 0; round < 5; ++round) bodies[i] = text_of(fetcher.fetch(url));
      });
    }
  }
  for (std::size_t i = 0; i < kThreads; ++i) {
    CHECK(bodies[i] == std::string(50'000, static_cast<char>('a' + i)));
  }
}

}  // namespace
}  // namespace aura::fetch
