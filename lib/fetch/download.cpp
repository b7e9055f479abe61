#include "download.h"

#include <boost/beast/core/error.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "aura/base/error.h"
#include "connection.h"
#include "failure.h"
#include "hop.h"
#include "partial_file.h"
#include "reply_reader.h"
#include "retry_after.h"

namespace aura::fetch {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::system_error;
using Clock = std::chrono::steady_clock;
using Head = ReplyReader::Head;

/// How often a lost connection is taken up again within one download.
constexpr int kMaxResumes = 3;

JobError too_large(const Hop& hop) {
  return {"too_large",
          "the audio file is larger than " + std::to_string(hop.limits.max_bytes >> 20) +
              " MB: send a shorter or a compressed one",
          Retry::kNo};
}

bool is_redirect(unsigned status) {
  return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

void require_plain(const Head& head, const Hop& hop) {
  const auto is_one_of = [](beast::string_view value, beast::string_view plain) {
    return value.empty() || beast::iequals(value, plain);
  };
  if (!is_one_of(head[http::field::content_encoding], "identity") ||
      !is_one_of(head[http::field::transfer_encoding], "chunked")) {
    throw JobError("content_encoding",
                   hop.url.host +
                       " sent the audio file in a compressed form that was not asked for: "
                       "switch compression off for audio files there",
                   Retry::kNo);
  }
}

/// Throws unless the reply's body belongs to the file; makes `file` ready for it.
void accept(const Head& head, const Hop& hop, PartialFile& file) {
  const unsigned status = head.result_int();
  const bool is_resumed = !file.validator().empty();
  if (is_resumed && status == 206 && file.goes_on(head)) return require_plain(head, hop);
  if (status == 206 || status > 299) {
    const auto wait =
        parse_retry_after(head[http::field::retry_after], std::chrono::system_clock::now());
    auto error = status_failure(hop.url.host, status, wait);
    // A server that won't give the rest may yet give the whole to a new attempt.
    if (is_resumed && !error.retryable()) throw system_error(http::error::partial_message);
    throw JobError(std::move(error));
  }
  require_plain(head, hop);
  file.begin(head);
}

std::string make_request(const Hop& hop, const PartialFile& file) {
  const auto& url = hop.url;
  // Through a tunnel we speak with the server itself; a mere proxy must be told the whole URL.
  const bool is_proxied = hop.proxy != nullptr && !url.https;
  std::string text =
      "GET " + (is_proxied ? "http://" + url.authority() : "") + url.target + " HTTP/1.1\r\n";
  const auto add = [&](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  add("Host", url.authority());
  add("User-Agent", "AURA/" AURA_VERSION);
  add("Accept", "*/*");
  add("Accept-Encoding", "identity");
  if (is_proxied && !hop.proxy->authorization.empty()) {
    add("Proxy-Authorization", hop.proxy->authorization);
  }
  if (const auto validator = file.validator(); !validator.empty()) {
    add("Range", "bytes=" + std::to_string(file.size()) + "-");
    add("If-Range", validator);
  }
  add("Connection", "close");
  return text + "\r\n";
}

asio::awaitable<void> read_more(Connection& connection, ReplyReader& reader, const Hop& hop) {
  const bool is_first = hop.step == Step::kFirstByte;
  const auto by = hop.within(is_first ? hop.limits.first_byte_timeout : hop.limits.idle_timeout);
  const auto count = co_await connection.read_some(reader.space(), by);
  reader.arrived(count);
  if (count == 0) reader.ended();
  // A stream that always has something ready never waits, so its timer never gets to run.
  if (Clock::now() >= hop.deadline) throw system_error(beast::error::timeout);
}

/// Sends one request and reads the reply into `file`. Where else to look for it, if the reply is a
/// redirect.
asio::awaitable<std::optional<std::string>> exchange(Connection& connection, Hop& hop,
                                                     PartialFile& file) {
  hop.step = Step::kFirstByte;
  const std::string request = make_request(hop, file);
  co_await connection.write(request, hop.within(hop.limits.idle_timeout));

  ReplyReader reader(hop.limits.max_header_bytes);
  while (!reader.read_head()) {
    co_await read_more(connection, reader, hop);
    hop.step = Step::kTransfer;
  }
  const Head& head = reader.head();
  if (is_redirect(head.result_int()) && file.validator().empty()) {
    co_return std::string(head[http::field::location]);
  }
  accept(head, hop, file);
  const auto keep = [&](std::span<const std::uint8_t> bytes) {
    if (bytes.size() > hop.limits.max_bytes - file.size()) throw too_large(hop);
    file.append(bytes);
  };
  if (reader.content_length().value_or(0) > hop.limits.max_bytes - file.size()) {
    throw too_large(hop);
  }
  while (!reader.read_body(keep)) co_await read_more(connection, reader, hop);
  if (file.is_short()) throw system_error(http::error::partial_message);
  if (file.size() == 0) {
    throw JobError("empty_body", "the audio file at " + hop.url.host + " is empty", Retry::kNo);
  }
  co_return std::nullopt;
}

/// The same, from the connection on, and again for the rest when the connection is lost amid the
/// body. The one place where what Asio, Beast and OpenSSL throw becomes ours.
asio::awaitable<std::optional<std::string>> request(Hop& hop, Shared& shared, PartialFile& file) {
  for (int resumes = 0;; ++resumes) {
    try {
      Connection connection = co_await connect(hop, shared.tls, shared.look_ups);
      co_return co_await exchange(connection, hop, file);
    } catch (const system_error& error) {
      if (error.code() == asio::error::operation_aborted) throw Stopped();
      const bool can_resume = is_closed_connection(error.code()) && !file.validator().empty();
      if (!can_resume || resumes == kMaxResumes) throw failure(hop, error.code());
    }
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

/// A turn with `host`. The wait for it moves `deadline`.
asio::awaitable<HostSlots::Slot> take_turn(HostSlots& slots, const std::string& host,
                                           Clock::time_point& deadline) {
  const auto asked = Clock::now();
  try {
    auto slot = co_await slots.acquire(host);
    deadline += Clock::now() - asked;
    co_return slot;
  } catch (const system_error&) {
    throw Stopped();
  }
}

}  // namespace

asio::awaitable<Spool> download(std::string text, Shared& shared) {
  const auto& limits = shared.limits;
  Url url = parse_url(text);
  auto deadline = Clock::now() + limits.total_timeout;
  for (int redirects = 0;; ++redirects) {
    PartialFile file(shared.bytes_in_flight);
    std::optional<std::string> location;
    {
      const auto slot = co_await take_turn(shared.slots, url.host, deadline);
      Hop hop{url, limits, deadline, limits.proxies.find(url)};
      location = co_await request(hop, shared, file);
    }
    if (!location) co_return file.take();
    if (redirects == limits.max_redirects) {
      throw JobError("too_many_redirects",
                     url.host + " redirects more than " + std::to_string(limits.max_redirects) +
                         " times: use a link that leads to the file itself",
                     Retry::kNo);
    }
    url = follow(url, *location);
  }
}

}  // namespace aura::fetch
