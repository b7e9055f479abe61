#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "aura/base/error.h"
#include "aura/fetch/fetcher.h"
#include "aura/test/http_server.h"
#include "local.h"
#include "trust.h"

namespace aura::fetch {
namespace {

using nlohmann::json;
using test::HttpServer;

/// The bytes that `text`, of characters up to U+00FF, stands for.
std::string bytes_of(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    bytes += lead < 0x80 ? text[i] : static_cast<char>(lead << 6 | (text.at(++i) & 0x3F));
  }
  return bytes;
}

/// The reply of an entry; [text, count] in it is a text repeated, {port} the server's port.
std::string reply_of(const json& reply, std::uint16_t port) {
  if (reply.is_string()) {
    auto bytes = bytes_of(reply);
    const std::string mark = "{port}";
    const auto at = bytes.find(mark);
    return at == std::string::npos ? bytes : bytes.replace(at, mark.size(), std::to_string(port));
  }
  std::string bytes;
  for (const auto& part : reply) {
    const int count = part.is_array() ? part.at(1).get<int>() : 1;
    for (int i = 0; i < count; ++i) bytes += reply_of(part.is_array() ? part.at(0) : part, port);
  }
  return bytes;
}

std::string answer(const Fetcher& fetcher, const std::string& url) {
  try {
    return "delivers " + test::text_of(fetcher.fetch(url));
  } catch (const JobError& error) {
    return error.code() + (error.retryable() ? ", retried" : ", final");
  }
}

bool is_file(const std::string& answer) {
  return answer.starts_with("delivers ");
}

TEST_CASE("odd replies: each is read as curl reads it, or the table says why not") {
  const test::CertificateAuthority authority;
  const auto fetcher = test::trusting(authority.certificate_pem());
  HttpServer plain;
  HttpServer secure(authority.issue("IP:127.0.0.1"));
  for (HttpServer* server : {&plain, &secure}) {
    server->handle_others([](const test::Request& request) { return test::ok(request.target); });
  }
  const auto table = json::parse(std::ifstream(AURA_ODD_REPLIES));
  REQUIRE(table.size() > 300);
  for (const auto& entry : table) {
    CAPTURE(entry.at("name"));
    const std::string tls = entry.value("tls", "");
    HttpServer& server = tls.empty() ? plain : secure;
    server.serve(
        "/a", {.bytes = reply_of(entry.at("reply"), server.port()), .close_notify = tls != "cut"});
    const auto ours = answer(fetcher, server.url("/a"));
    const auto curls = bytes_of(entry.at("curl"));
    CHECK(ours == bytes_of(entry.at("ours")));
    const bool is_same = is_file(ours) ? ours == curls : !is_file(curls);
    CHECK(is_same == entry.value("why", "").empty());
  }
}

}  // namespace
}  // namespace aura::fetch
