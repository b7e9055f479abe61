#include <boost/asio/ip/address.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "aura/fetch/fetcher.h"
#include "aura/test/http_server.h"
#include "job_error.h"
#include "local.h"

namespace aura::fetch {
namespace {

using test::HttpServer;
using test::Reply;
using test::Request;
using test::text_of;

constexpr auto kTag = "ETag: \"v1\"\r\n";

std::string fetch(const std::string& url) {
  const auto download = Fetcher(test::local_limits()).fetch(url);
  const auto text = text_of(download);
  // Whatever pieces a file comes in, its hash is that of all its bytes.
  CHECK(download.sha256 == test::sha256_of(text));
  return text;
}

JobError failure(const std::string& url) {
  return test::job_error([&] { fetch(url); });
}

/// 200 with `headers` that promises 10 bytes and sends `part` of them.
Reply cut(const std::string& part, const std::string& headers) {
  return {"HTTP/1.1 200 OK\r\n" + headers + "Content-Length: 10\r\n\r\n" + part};
}

/// 206 with `body`, which is said to be the `range` of the file.
Reply rest(const std::string& body, const std::string& range) {
  return test::reply(206, body, "Content-Range: bytes " + range + "\r\n");
}

/// Answers the first request with `first`, those with a Range with `then`.
void serve(HttpServer& server, const Reply& first, const Reply& then) {
  server.handle("/a", [=](const Request& request) {
    return request.headers.contains("range") ? then : first;
  });
}

TEST_CASE("resuming: a body cut short goes on where it ended, if it is still the same file") {
  const auto [headers, validator] = GENERATE(table<std::string, std::string>(
      {{kTag, "\"v1\""},
       {"Accept-Ranges: bytes\r\nETag: \"v1\"\r\n", "\"v1\""},
       {"Accept-Ranges: bytes\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
        "Sun, 06 Nov 1994 08:49:37 GMT"}}));
  HttpServer server;
  serve(server, cut("0123", headers), rest("456789", "4-9/10"));
  CHECK(fetch(server.url("/a")) == "0123456789");
  const auto requests = server.requests("/a");
  REQUIRE(requests.size() == 2);
  CHECK_FALSE(requests[0].headers.contains("range"));
  CHECK(requests[1].headers.at("range") == "bytes=4-");
  CHECK(requests[1].headers.at("if-range") == validator);
}

TEST_CASE("resuming: a reset is taken up as a close is") {
  HttpServer server;
  // More than the kernels on either side hold back, so that some has arrived by the reset.
  const std::string half(20'000'000, 'x');
  Reply first{"HTTP/1.1 200 OK\r\nContent-Length: 40000000\r\n" + std::string(kTag) + "\r\n" +
              half};
  first.reset = true;
  server.handle("/a", [=](const Request& request) {
    const auto range = request.headers.find("range");
    if (range == request.headers.end()) return first;
    const std::size_t from = std::stoul(range->second.substr(6));
    return rest(std::string(40'000'000 - from, 'x'), std::to_string(from) + "-39999999/40000000");
  });
  CHECK(fetch(server.url("/a")).size() == 40'000'000);
  CHECK(server.requests("/a").size() == 2);
}

TEST_CASE("resuming: several cuts are taken up, but not any number") {
  HttpServer server;
  server.handle("/a", [](const Request& request) {
    const auto range = request.headers.find("range");
    if (range == request.headers.end()) return cut("0", kTag);
    const std::size_t from = std::stoul(range->second.substr(6));
    return Reply{"HTTP/1.1 206 Partial Content\r\nContent-Length: " + std::to_string(10 - from) +
                 "\r\nContent-Range: bytes " + std::to_string(from) + "-9/10\r\n\r\n" +
                 std::to_string(from)};
  });
  const auto error = failure(server.url("/a"));
  CHECK(error.code() == "connection_lost");
  CHECK(error.retryable());
  CHECK(server.requests("/a").size() == 4);
}

TEST_CASE("resuming: a server that sends less of the rest than asked for is asked again") {
  HttpServer server;
  server.handle("/a", [](const Request& request) {
    const auto range = request.headers.find("range");
    if (range == request.headers.end()) return cut("0123", kTag);
    return range->second == "bytes=4-" ? rest("456", "4-6/10") : rest("789", "7-9/10");
  });
  CHECK(fetch(server.url("/a")) == "0123456789");
}

TEST_CASE("resuming: a file that has changed meanwhile starts over") {
  HttpServer server;
  serve(server, cut("0123", kTag), test::reply(200, "changed"));
  CHECK(fetch(server.url("/a")) == "changed");
}

TEST_CASE("resuming: a rest that is not what was asked for is no part of the file") {
  const auto then = GENERATE(rest("456789", "3-9/10"), rest("456789", "4-9/11"),
                             rest("456789", "x"), test::reply(206, "456789"), test::reply(416, ""),
                             test::reply(403, ""), test::redirect(302, "/b"));
  HttpServer server;
  serve(server, cut("0123", kTag), then);
  const auto error = failure(server.url("/a"));
  CHECK(error.code() == "connection_lost");
  CHECK(error.retryable());
}

TEST_CASE("resuming: a server that asks for a pause gets it") {
  HttpServer server;
  serve(server, cut("0123", kTag), test::reply(503, "", "Retry-After: 7\r\n"));
  const auto error = failure(server.url("/a"));
  CHECK(error.code() == "http_503");
  CHECK(error.retry_after() == std::chrono::seconds(7));
}

TEST_CASE("resuming: nothing is asked again where the rest could be another file's") {
  const std::string headers = GENERATE(
      as<std::string>{}, "", "ETag: W/\"v1\"\r\n", "Accept-Ranges: bytes\r\n",
      "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n", "Accept-Ranges: none\r\nETag: \"v1\"\r\n",
      "Accept-Ranges: bytes\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
      "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  HttpServer server;
  serve(server, cut("0123", headers), rest("456789", "4-9/10"));
  CHECK(failure(server.url("/a")).code() == "connection_lost");
  CHECK(server.requests("/a").size() == 1);
}

TEST_CASE("resuming: the limit counts all parts together") {
  auto limits = test::local_limits();
  limits.max_bytes = 9;
  HttpServer server;
  serve(server,
        Reply{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nETag: \"v1\"\r\n\r\n4\r\n0123\r\n"},
        rest("456789", "4-9/10"));
  CHECK(test::job_error([&] { Fetcher(limits).fetch(server.url("/a")); }).code() == "too_large");
}

}  // namespace
}  // namespace aura::fetch
