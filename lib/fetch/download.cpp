#include "download.h"

#include <algorithm>
#include <array>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "aura/base/build.h"
#include "aura/base/error.h"
#include "aura/base/file_start.h"
#include "connection.h"
#include "content_range.h"
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

/// How often one request may resume after a lost connection.
constexpr int kMaxResumes = 3;

JobError too_large(const Hop& hop) {
  return {"too_large",
          "the audio file is larger than " + std::to_string(hop.limits.max_bytes >> 20) +
              " MB: use a shorter or a compressed file",
          Retry::kNo};
}

JobError compressed(const Hop& hop) {
  return {"content_encoding",
          hop.url.host +
              " compressed the audio file, but AURA did not ask for that: "
              "switch off compression for audio files there",
          Retry::kNo};
}

/// Returns whether `head` says that the body is compressed. Stores also put other words into
/// Content-Encoding ("aws-chunked", "utf-8", "binary"), which do not describe the bytes.
bool is_called_compressed(const ReplyHead& head) {
  constexpr std::array<std::string_view, 7> kCompressions{"gzip", "x-gzip",   "deflate",   "br",
                                                          "zstd", "compress", "x-compress"};
  const auto codings = head.list("Content-Encoding");
  return std::any_of(codings.begin(), codings.end(), [&](std::string_view coding) {
    coding = coding.substr(0, coding.find_first_of("; \t"));
    return std::any_of(kCompressions.begin(), kCompressions.end(),
                       [&](std::string_view known) { return beast::iequals(coding, known); });
  });
}

/// Throws if the transfer has a coding besides chunks: the end of the body is then unknown.
void require_plain_transfer(const ReplyHead& head, const Hop& hop) {
  for (const auto coding : head.list("Transfer-Encoding")) {
    if (!coding.empty() && !beast::iequals(coding, "chunked") &&
        !beast::iequals(coding, "identity")) {
      throw compressed(hop);
    }
  }
}

/// Prepares `file` for the body of a reply. Throws if the body is not the file or its rest.
void accept(const ReplyHead& head, const Hop& hop, PartialFile& file) {
  const unsigned status = head.status;
  const bool is_resumed = !file.validator().empty();
  if (is_resumed && status == 206 && file.goes_on(head)) return require_plain_transfer(head, hop);
  const auto range = parse_content_range(head["Content-Range"]);
  const bool is_part = status == 206 && !(range && range->is_whole());
  if (is_part || status > 299) {
    const auto wait = parse_retry_after(head["Retry-After"], std::chrono::system_clock::now());
    auto error = status_failure(hop.url.host, status, wait);
    // A server that refuses the rest may still send the whole file to the next attempt.
    if (is_resumed && !error.retryable()) throw system_error(http::error::partial_message);
    throw JobError(std::move(error));
  }
  require_plain_transfer(head, hop);
  file.begin(head);
}

/// Throws if the file that arrived with `head` can't be a track.
void require_track(const PartialFile& file, const ReplyHead& head, const Hop& hop) {
  const auto start = file.start();
  const auto document = document_of(start);
  // A store that still prepares the file sends an empty body or a message.
  if (head.status == 202 && (start.empty() || document != Document::kNone)) {
    throw status_failure(hop.url.host, head.status, std::nullopt);
  }
  if (start.empty()) {
    throw JobError("empty_body",
                   "the audio file at " + hop.url.host + " is empty: upload the track again",
                   Retry::kNo);
  }
  if (document != Document::kNone) throw document_failure(hop.url.host, document);
  // Stores keep the label of the upload, even if it is wrong. A file that begins as audio is not
  // compressed, and browsers play it too.
  if (is_called_compressed(head) && !begins_as_audio(start)) throw compressed(hop);
}

std::string make_request(const Hop& hop, const PartialFile& file) {
  const auto& url = hop.url;
  // A tunnel leads to the server itself. A proxy without a tunnel needs the whole URL.
  const bool is_proxied = hop.proxy != nullptr && !url.https;
  std::string text =
      "GET " + (is_proxied ? "http://" + url.authority() : "") + url.target + " HTTP/1.1\r\n";
  const auto add = [&](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  add("Host", url.authority());
  add("User-Agent", "AURA/" + std::string(release()));
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
  // A stream that always has bytes ready never waits, so its timer never fires.
  if (Clock::now() >= hop.deadline) throw system_error(beast::error::timeout);
}

/// Sends one request and reads the reply into `file`. Returns the new location if the reply is a
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
  const ReplyHead& head = reader.head();
  const bool is_redirect = head.status >= 300 && head.status <= 399;
  if (is_redirect && file.validator().empty()) co_return std::string(head["Location"]);
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
  require_track(file, head, hop);
  co_return std::nullopt;
}

/// Connects, then does exchange(). Asks for the rest of the body if the connection is lost. Only
/// here do exceptions of Asio, Beast and OpenSSL become JobErrors.
asio::awaitable<std::optional<std::string>> request(Hop& hop, Shared& shared, PartialFile& file) {
  for (int resumes = 0;; ++resumes) {
    try {
      Connection connection = co_await connect(hop, shared.tls, shared.resolver);
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
  if (location.empty()) throw refuse("redirect_invalid", "to no address: check the link");
  Url to;
  try {
    to = resolve_url(from, location);
  } catch (const JobError&) {
    throw refuse("redirect_invalid", "to an invalid address: check the link");
  }
  if (from.https && !to.https) {
    throw refuse("redirect_insecure",
                 "from https to http, which is not safe: use a link that stays on https");
  }
  return to;
}

/// Returns the last part of the path.
std::string file_name_of(const Url& url) {
  const auto path = url.target.substr(0, url.target.find('?'));
  return path.substr(path.rfind('/') + 1);
}

/// Waits for a slot of `host` and moves `deadline` by the wait.
asio::awaitable<HostSlots::Slot> take_slot(HostSlots& slots, const std::string& host,
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

asio::awaitable<Download> download(std::string text, Shared& shared) {
  const auto& limits = shared.limits;
  Url url = parse_url(text);
  auto deadline = Clock::now() + limits.total_timeout;
  for (int redirects = 0;; ++redirects) {
    PartialFile file(shared.bytes_in_flight);
    std::optional<std::string> location;
    {
      const auto slot = co_await take_slot(shared.slots, url.host, deadline);
      Hop hop{url, limits, deadline, limits.proxies.find(url)};
      location = co_await request(hop, shared, file);
    }
    if (!location) co_return file.take(file_name_of(url));
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
