#include "failure.h"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/error.hpp>
#include <sstream>

namespace aura::fetch {

namespace asio = boost::asio;
namespace http = boost::beast::http;

bool is_closed_connection(boost::system::error_code ec) {
  return ec == http::error::partial_message || ec == http::error::end_of_stream ||
         ec == asio::ssl::error::stream_truncated || ec == asio::error::eof ||
         ec == asio::error::connection_reset || ec == asio::error::connection_aborted ||
         ec == asio::error::broken_pipe;
}

namespace {

/// Returns whether this machine, not the host, lacks resources.
bool is_of_this_machine(boost::system::error_code ec) {
  using boost::system::errc::errc_t;
  return ec == errc_t::too_many_files_open || ec == errc_t::too_many_files_open_in_system ||
         ec == errc_t::no_buffer_space || ec == errc_t::not_enough_memory;
}

}  // namespace

JobError network_failure(const std::string& host, Step step, boost::system::error_code ec) {
  if (is_of_this_machine(ec)) {
    return {"no_resources",
            "the worker has no free files or memory: an operator must raise its limits",
            Retry::kYes};
  }
  // Worth a retry: a service that restarts is missing from its network's DNS for a while.
  if (ec.category() == asio::error::get_netdb_category() ||
      ec.category() == asio::error::get_addrinfo_category()) {
    return {"host_not_found", "no server named " + host + " was found: check the link",
            Retry::kYes};
  }
  if (step <= Step::kConnect) {
    const bool refused = ec == asio::error::connection_refused;
    return {refused ? "connection_refused" : "connect_failed",
            host + (refused ? " refuses connections" : " can't be reached") + ": try again later",
            Retry::kYes};
  }
  if (is_closed_connection(ec)) {
    return {"connection_lost",
            host + " closed the connection before the whole file arrived: try again later",
            Retry::kYes};
  }
  if (step == Step::kHandshake) {
    return {"tls_failed",
            "no secure connection to " + host + " was possible: check the link, or try again later",
            Retry::kYes};
  }
  if (ec.category() == asio::error::get_ssl_category()) {
    return {"tls_failed",
            host + " ended the secure connection: use a link that needs no client certificate",
            Retry::kYes};
  }
  if (ec == http::error::header_limit) {
    return {"bad_response",
            host + " sent too large headers: an operator may raise FETCH_MAX_HEADER_KB",
            Retry::kYes};
  }
  return {"bad_response", host + " sent a malformed reply: check the link, or try again later",
          Retry::kYes};
}

JobError certificate_failure(const std::string& host, const std::string& why) {
  return {"certificate_invalid",
          "the certificate of " + host + " can't be trusted (" + why + "): use another link",
          Retry::kNo};
}

JobError timeout_failure(const std::string& host, const std::string& what,
                         std::chrono::milliseconds limit) {
  std::ostringstream seconds;
  seconds << std::chrono::duration<double>(limit).count();
  return {"timeout", host + " " + what + " within " + seconds.str() + " s: try again later",
          Retry::kYes};
}

JobError status_failure(const std::string& host, unsigned status,
                        std::optional<std::chrono::seconds> retry_after) {
  const std::string code = "http_" + std::to_string(status);
  const std::string shown = " (HTTP " + std::to_string(status) + ")";
  switch (status) {
    case 401:
    case 403:
      return {code,
              host + " refused access to the audio file" + shown +
                  ": the link may have expired; make a new one",
              Retry::kNo};
    case 404:
    case 410:
      return {code, "the audio file was not found at " + host + shown + ": check the link",
              Retry::kNo};
    case 407:
      return proxy_failure(host, status);
    case 206:
      return {code, host + " sent only a part of the audio file" + shown + ": check the link",
              Retry::kNo};
    case 402:
      return {code, host + " asks for payment" + shown + ": check the owner's plan and quota there",
              Retry::kNo};
    case 451:
      return {code,
              host + " may not deliver the audio file for legal reasons" + shown +
                  ": use a link to another host",
              Retry::kNo};
    case 202:
    case 423:
      return {code, host + " is still preparing the audio file" + shown + ": try again later",
              Retry::kYes};
    case 408:
    case 425:
      return {code, host + " asked to try again later" + shown, Retry::kYes};
    case 429:
      return {code, host + " asked to try again later" + shown, Retry::kYes, retry_after};
    default:
      break;
  }
  if (status >= 500 && status <= 599) {
    return {code, host + " can't deliver the audio file now" + shown + ": try again later",
            Retry::kYes, status == 503 ? retry_after : std::nullopt};
  }
  return {
      code,
      host + " did not deliver the audio file" + shown + ": check the link, it may have expired",
      Retry::kNo};
}

JobError document_failure(const std::string& host, Document document) {
  const std::string page = "the link leads to a web page at " + host;
  if (document == Document::kErrorMessage) {
    return {"web_page",
            page +
                " with an error message, not to an audio file: the link may have expired; make "
                "a new one",
            Retry::kNo};
  }
  return {"web_page", page + ", not to an audio file: use the link that downloads the file itself",
          Retry::kNo};
}

JobError proxy_failure(const std::string& host, unsigned status) {
  const std::string shown = " (HTTP " + std::to_string(status) + ")";
  if (status == 407) {
    return {"proxy_failed",
            "the proxy needs a user name and a password" + shown +
                ": an operator must add them to HTTPS_PROXY and HTTP_PROXY",
            Retry::kYes};
  }
  return {"proxy_failed",
          "the proxy did not connect to " + host + shown +
              ": check the link, or have an operator check the proxy",
          Retry::kYes};
}

}  // namespace aura::fetch
