#include "download.h"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "aura/base/error.h"
#include "failure.h"
#include "look_up.h"
#include "retry_after.h"
#include "tls.h"

namespace aura::fetch {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::use_awaitable;
using boost::system::system_error;
using Bytes = std::vector<std::uint8_t>;
using Clock = std::chrono::steady_clock;
using Parser = http::response_parser<http::buffer_body>;

constexpr std::size_t kChunkBytes = 64 << 10;
/// What a Content-Length may make us set aside before any of it has arrived.
constexpr std::size_t kMaxReservedBytes = std::size_t{8} << 20;

/// What one request came to: the file, or where to look for it.
struct Reply {
  Bytes body;
  std::optional<std::string> location;
};

/// One request for `url` among those that a download takes.
struct Hop {
  const Url& url;
  const FetchLimits& limits;
  Clock::time_point deadline;  ///< Of the whole download.
  Step step = Step::kConnect;

  Clock::time_point within(std::chrono::milliseconds limit) const {
    return std::min(deadline, Clock::now() + limit);
  }
};

JobError too_late(const Hop& hop) {
  if (Clock::now() >= hop.deadline) {
    return timeout_failure(hop.url.host, "did not deliver the audio file",
                           hop.limits.total_timeout);
  }
  if (hop.step == Step::kTransfer) {
    return timeout_failure(hop.url.host, "sent nothing", hop.limits.idle_timeout);
  }
  return timeout_failure(hop.url.host, "could not be connected to", hop.limits.connect_timeout);
}

JobError too_large(const Hop& hop) {
  return {"too_large",
          "the audio file is larger than " + std::to_string(hop.limits.max_bytes >> 20) +
              " MB: send a shorter or a compressed one",
          Retry::kNo};
}

bool is_redirect(unsigned status) {
  return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

/// Throws unless `reply`'s body is the file itself, as it is.
void require_plain_file(const Parser::value_type& reply, const Hop& hop) {
  const std::string& host = hop.url.host;
  if (reply.result_int() > 299) {
    throw status_failure(
        host, reply.result_int(),
        parse_retry_after(reply[http::field::retry_after], std::chrono::system_clock::now()));
  }
  const auto is_one_of = [](beast::string_view value, beast::string_view plain) {
    return value.empty() || beast::iequals(value, plain);
  };
  if (!is_one_of(reply[http::field::content_encoding], "identity") ||
      !is_one_of(reply[http::field::transfer_encoding], "chunked")) {
    throw JobError("content_encoding",
                   host +
                       " sent the audio file in a compressed form that was not asked for: "
                       "switch compression off for audio files there",
                   Retry::kNo);
  }
}

http::request<http::empty_body> make_request(const Url& url) {
  constexpr unsigned kHttp11 = 11;
  http::request<http::empty_body> request(http::verb::get, url.target, kHttp11);
  request.set(http::field::host, url.authority());
  request.set(http::field::user_agent, "AURA/" AURA_VERSION);
  request.set(http::field::accept, "*/*");
  request.set(http::field::accept_encoding, "identity");
  request.set(http::field::connection, "close");
  return request;
}

template <typename Stream>
asio::awaitable<Bytes> read_body(Stream& stream, beast::flat_buffer& buffer, Parser& parser,
                                 const Hop& hop) {
  const auto promised = parser.content_length();
  if (promised && *promised > hop.limits.max_bytes) throw too_large(hop);
  Bytes body;
  if (promised) body.reserve(std::min<std::size_t>(*promised, kMaxReservedBytes));
  Bytes chunk(kChunkBytes);
  while (!parser.is_done()) {
    auto& window = parser.get().body();
    window.data = chunk.data();
    window.size = chunk.size();
    beast::get_lowest_layer(stream).expires_at(hop.within(hop.limits.idle_timeout));
    boost::system::error_code ec;
    co_await http::async_read_some(stream, buffer, parser, asio::redirect_error(use_awaitable, ec));
    if (ec && ec != http::error::need_buffer) throw system_error(ec);
    const std::size_t arrived = chunk.size() - window.size;
    if (arrived > hop.limits.max_bytes - body.size()) throw too_large(hop);
    body.insert(body.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(arrived));
    // A stream that always has something ready never waits, so its timer never gets to run.
    if (Clock::now() >= hop.deadline) throw system_error(beast::error::timeout);
  }
  if (body.empty()) {
    throw JobError("empty_body", "the audio file at " + hop.url.host + " is empty", Retry::kNo);
  }
  co_return body;
}

template <typename Stream>
asio::awaitable<Reply> exchange(Stream& stream, Hop& hop) {
  hop.step = Step::kTransfer;
  auto& connection = beast::get_lowest_layer(stream);
  connection.expires_at(hop.within(hop.limits.idle_timeout));
  const auto request = make_request(hop.url);
  co_await http::async_write(stream, request, use_awaitable);

  // Bounded, because whatever has no end yet (a header, a chunk's extension) is kept here.
  beast::flat_buffer buffer(hop.limits.max_header_bytes + kChunkBytes);
  std::optional<Parser> parser;
  do {  // Interim replies may precede the one that counts (RFC 9110, 15.2).
    parser.emplace();
    parser->header_limit(static_cast<std::uint32_t>(hop.limits.max_header_bytes));
    parser->body_limit(boost::none);  // read_body counts.
    connection.expires_at(hop.within(hop.limits.idle_timeout));
    co_await http::async_read_header(stream, buffer, *parser, use_awaitable);
    if (Clock::now() >= hop.deadline) throw system_error(beast::error::timeout);
  } while (parser->get().result_int() < 200);

  const auto& reply = parser->get();
  if (is_redirect(reply.result_int())) {
    co_return Reply{.body = {}, .location = std::string(reply[http::field::location])};
  }
  require_plain_file(reply, hop);
  Reply whole;
  whole.body = co_await read_body(stream, buffer, *parser, hop);
  co_return whole;
}

asio::awaitable<Reply> connect_and_exchange(Hop& hop, asio::ssl::context& tls) {
  const auto connect_by = hop.within(hop.limits.connect_timeout);
  const auto endpoints = co_await look_up(hop.url.host, hop.url.port, connect_by);
  beast::tcp_stream stream(co_await asio::this_coro::executor);
  stream.expires_at(connect_by);
  co_await stream.async_connect(endpoints, use_awaitable);
  if (!hop.url.https) co_return co_await exchange(stream, hop);

  hop.step = Step::kHandshake;
  TlsStream secure(std::move(stream), tls);
  co_await handshake(secure, hop.url.host);
  co_return co_await exchange(secure, hop);
}

/// The one place where what Asio, Beast and OpenSSL throw becomes ours.
asio::awaitable<Reply> request_once(Hop hop, asio::ssl::context& tls) {
  try {
    co_return co_await connect_and_exchange(hop, tls);
  } catch (const system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw Stopped();
    if (error.code() == beast::error::timeout) throw too_late(hop);
    throw network_failure(hop.url.host, hop.step, error.code());
  }
}

Url follow(const Url& from, const std::string& location) {
  const auto refuse = [&](const std::string& code, const std::string& why) -> JobError {
    return {code, from.host + " redirects " + why, Retry::kNo};
  };
  if (location.empty()) throw refuse("redirect_invalid", "without saying where: check the link");
  Url to;
  try {
    to = resolve_url(from, location);
  } catch (const JobError&) {
    throw refuse("redirect_invalid", "to an address that can't be used: check the link");
  }
  if (from.https && !to.https) {
    throw refuse("redirect_insecure", "from https to http, which is not safe to follow");
  }
  return to;
}

}  // namespace

asio::awaitable<Bytes> download(Url url, FetchLimits limits, asio::ssl::context& tls) {
  const auto deadline = Clock::now() + limits.total_timeout;
  for (int redirects = 0;; ++redirects) {
    Reply reply = co_await request_once({url, limits, deadline}, tls);
    if (!reply.location) co_return std::move(reply.body);
    if (redirects == limits.max_redirects) {
      throw JobError("too_many_redirects",
                     url.host + " redirects more than " + std::to_string(limits.max_redirects) +
                         " times: use a link that leads to the file itself",
                     Retry::kNo);
    }
    url = follow(url, *reply.location);
  }
}

}  // namespace aura::fetch
