#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "aura/fetch/fetcher.h"
#include "aura/test/http_server.h"
#include "download_now.h"
#include "job_error.h"
#include "local.h"
#include "trust.h"

namespace aura::fetch {
namespace {

using test::HttpServer;
using test::Reply;
using namespace std::chrono_literals;

/// Limits in which 127.0.0.1 alone is allowed, so that [::1] is as forbidden as the rest of this
/// machine.
FetchLimits evil_limits() {
  FetchLimits limits;
  limits.allowed_hosts = HostList::parse("", "127.0.0.1", HostList::Names::kExact);
  limits.max_bytes = 1 << 20;
  return limits;
}

/// The same for servers that take their time; how much of it they get says how long the test lasts,
/// no more.
FetchLimits short_limits() {
  FetchLimits limits = evil_limits();
  limits.first_byte_timeout = 200ms;
  limits.idle_timeout = 200ms;
  limits.total_timeout = 500ms;
  return limits;
}

const test::CertificateAuthority& authority() {
  static const test::CertificateAuthority made_once;
  return made_once;
}

/// What a server does, and what becomes of it.
struct Evil {
  std::string what;
  std::string code;
  bool retryable = false;
  Reply reply{};
  std::string names = {};  ///< Of its certificate; empty where it speaks plain HTTP.
  std::chrono::seconds expires = 1h;
};

Reply endless(const std::string& start, const std::string& more, std::chrono::milliseconds pace) {
  return {.bytes = start, .endless = more, .pace = pace};
}

Reply reset_amid_body() {
  Reply reply = test::promising(1000, "abc");
  reply.reset = true;
  return reply;
}

const std::string kStatus = "HTTP/1.1 200 OK\r\n";
const std::string kChunked = kStatus + "Transfer-Encoding: chunked\r\n\r\n";

std::vector<Evil> evils() {
  return {
      {"slow loris in the head", "timeout", true, endless(kStatus + "X: ", "x", 20ms)},
      {"slow loris in the body", "timeout", true, endless(kStatus + "\r\n", "x", 20ms)},
      {"slow loris in the chunks", "timeout", true, endless(kChunked, "1\r\nx\r\n", 20ms)},
      {"silence", "timeout", true, endless("", "x", 1h)},
      {"silence amid the body", "timeout", true, endless(kStatus + "\r\nabc", "x", 1h)},
      {"interim replies without end", "timeout", true,
       endless("", "HTTP/1.1 103 Early Hints\r\n\r\n", 0ms)},
      {"endless body", "too_large", false,
       endless(kStatus + "\r\n", std::string(10'000, 'x'), 0ms)},
      {"endless chunks", "too_large", false,
       endless(kChunked, "3e8\r\n" + std::string(1000, 'x') + "\r\n", 0ms)},
      {"a length beyond the limit", "too_large", false, test::promising(1'048'577, "abc")},
      {"a length beyond any file",
       "bad_response",
       true,
       {kStatus + "Content-Length: 99999999999999999999\r\n\r\nabc"}},
      {"a length that is larger than the body", "connection_lost", true,
       test::promising(1000, "abc")},
      {"two lengths",
       "bad_response",
       true,
       {kStatus + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"}},
      {"a chunk that is larger than it says",
       "bad_response",
       true,
       {kChunked + "2\r\nabc\r\n0\r\n\r\n"}},
      {"a chunk without end", "connection_lost", true, {kChunked + "ff\r\nabc"}},
      {"a reset amid the body", "connection_lost", true, reset_amid_body()},
      {"a head of 1 MB",
       "bad_response",
       true,
       {kStatus + "X: " + std::string(1 << 20, 'x') + "\r\n\r\nabc"}},
      {"a million headers", "bad_response", true, endless(kStatus, "X: x\r\n", 0ms)},
      {"a chunk extension without end", "bad_response", true,
       endless(kChunked + "1;", std::string(10'000, 'x'), 0ms)},
      {"a trailer without end", "bad_response", true,
       endless(kChunked + "1\r\nx\r\n0\r\nX: ", std::string(10'000, 'x'), 0ms)},
      {"compressed without being asked", "content_encoding", false,
       test::reply(200, "x", "Content-Encoding: gzip\r\n")},
      {"no HTTP", "bad_response", true, {"SSH-2.0-OpenSSH_9.2\r\n"}},
      {"nothing at all", "connection_lost", true, {""}},
      {"an empty file", "empty_body", false, test::ok("")},
      {"a part that nobody asked for", "http_206", false,
       test::reply(206, "abc", "Content-Range: bytes 7-9/10\r\n")},
      {"a redirect to itself", "too_many_redirects", false, test::redirect(302, "/a")},
      {"a redirect to the clouds' metadata", "url_forbidden", false,
       test::redirect(302, "http://169.254.169.254/latest/meta-data/")},
      {"a redirect to the metadata in IPv6's guise", "url_forbidden", false,
       test::redirect(302, "http://[::ffff:169.254.169.254]/")},
      {"a redirect to the metadata by NAT64", "url_forbidden", false,
       test::redirect(302, "http://[64:ff9b::a9fe:a9fe]/")},
      {"a redirect to this machine", "url_forbidden", false, test::redirect(302, "http://[::1]/")},
      {"a redirect to this machine by another address", "url_forbidden", false,
       test::redirect(302, "http://127.0.0.2/")},
      {"a redirect to an address in disguise", "redirect_invalid", false,
       test::redirect(302, "http://2852039166/")},
      {"a redirect to a file", "redirect_invalid", false,
       test::redirect(302, "file:///etc/passwd")},
      {"a redirect to nowhere", "redirect_invalid", false, test::reply(302, "")},
      {"a redirect from https to http", "redirect_insecure", false,
       test::redirect(302, "http://127.0.0.1:1/"), "IP:127.0.0.1"},
      {"TLS with a wrong name", "certificate_invalid", false, test::ok("abc"), "DNS:other.example"},
      {"TLS with an expired certificate", "certificate_invalid", false, test::ok("abc"),
       "IP:127.0.0.1", -1h},
      {"TLS that is cut off",
       "connection_lost",
       true,
       {.bytes = kStatus + "Content-Length: 4\r\n\r\nabc", .close_notify = false},
       "IP:127.0.0.1"},
  };
}

TEST_CASE("evil servers: each gives the outcome that the table names, and no more of the URL") {
  for (const auto& evil : evils()) {
    CAPTURE(evil.what);
    HttpServer server(evil.names.empty()
                          ? std::nullopt
                          : std::optional(authority().issue(evil.names, evil.expires)));
    server.serve("/a", evil.reply);
    const auto fetcher = test::trusting(authority().certificate_pem(),
                                        evil.code == "timeout" ? short_limits() : evil_limits());
    const auto error = test::job_error([&] { fetcher.fetch(server.url("/a?X-Signature=s3cret")); });
    CHECK(error.code() == evil.code);
    CHECK(error.retryable() == evil.retryable);
    CHECK(std::string(error.what()).find("s3cret") == std::string::npos);
    CHECK(std::string(error.what()).find("Signature") == std::string::npos);
  }
}

JobError failure_with(Resolve resolve, const std::string& url) {
  return test::job_error([&] { test::download(url, evil_limits(), std::move(resolve)); });
}

TEST_CASE("evil servers: a name that leads inside as well as outside leads nowhere") {
  const auto resolve = [](const std::string&) {
    return std::vector<std::string>{"127.0.0.1", "10.0.0.1"};
  };
  HttpServer server;
  CHECK(failure_with(resolve, server.url("/a", "evil.example")).code() == "url_forbidden");
  CHECK(server.requests("/a").empty());
}

TEST_CASE("evil servers: DNS that changes its answer is asked once, and once more by a redirect") {
  int asked = 0;
  const auto resolve = [&](const std::string&) {
    return std::vector<std::string>{asked++ == 0 ? "127.0.0.1" : "169.254.169.254"};
  };
  HttpServer server;
  server.serve("/missing", test::reply(404, ""));
  server.serve("/moved", test::redirect(302, "/missing"));
  CHECK(failure_with(resolve, server.url("/missing", "evil.example")).code() == "http_404");
  CHECK(asked == 1);
  asked = 0;
  CHECK(failure_with(resolve, server.url("/moved", "evil.example")).code() == "url_forbidden");
  CHECK(asked == 2);
  CHECK(server.requests("/missing").size() == 1);
}

TEST_CASE("evil servers: by default nothing on this machine or its networks is fetched") {
  const Fetcher fetcher;
  HttpServer server;
  server.serve("/a", test::ok("abc"));
  for (const std::string host : {"127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::]"}) {
    CAPTURE(host);
    const auto error = test::job_error([&] { fetcher.fetch(server.url("/a", host)); });
    CHECK(error.code() == "url_forbidden");
    CHECK(std::string(error.what()).find("AURA_ALLOW_HOSTS") != std::string::npos);
  }
  CHECK(server.requests("/a").empty());
}

}  // namespace
}  // namespace aura::fetch
