#include "failure.h"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <catch2/catch.hpp>
#include <string>

namespace aura::fetch {
namespace {

TEST_CASE("failure: client errors are final, but for those that ask to try again") {
  for (const unsigned status :
       {400U, 401U, 402U, 403U, 404U, 409U, 410U, 416U, 418U, 451U, 304U, 206U, 600U, 999U}) {
    CAPTURE(status);
    CHECK_FALSE(status_failure("h", status, std::nullopt).retryable());
  }
  for (const unsigned status :
       {202U, 408U, 423U, 425U, 429U, 500U, 502U, 503U, 504U, 509U, 520U, 599U}) {
    CAPTURE(status);
    CHECK(status_failure("h", status, std::nullopt).retryable());
  }
}

TEST_CASE("failure: a status names itself in code and message") {
  const auto error = status_failure("example.com", 404, std::nullopt);
  CHECK(error.code() == "http_404");
  CHECK(error.what() ==
        std::string("the audio file was not found at example.com (HTTP 404): check the link"));
}

TEST_CASE("failure: Retry-After is passed on where it makes a wait of a failure") {
  using std::chrono::seconds;
  CHECK(status_failure("h", 503, seconds(7)).retry_after() == seconds(7));
  CHECK(status_failure("h", 429, seconds(7)).retry_after() == seconds(7));
  // Elsewhere it means something else, and a wait costs no attempt.
  for (const unsigned status : {404U, 408U, 500U, 502U}) {
    CHECK_FALSE(status_failure("h", status, seconds(7)).retry_after());
  }
}

TEST_CASE("failure: what a proxy has against us is the proxy's, and passes") {
  for (const unsigned status : {403U, 407U, 502U}) {
    const auto error = proxy_failure("example.com", status);
    CHECK(error.code() == "proxy_failed");
    CHECK(error.retryable());
  }
  CHECK(status_failure("example.com", 407, std::nullopt).code() == "proxy_failed");
}

TEST_CASE("failure: what TLS has against us after the handshake is no fault of the reply") {
  // TLS 1.3 tells so late that a client certificate was wanted.
  const boost::system::error_code ec(1, boost::asio::error::get_ssl_category());
  CHECK(network_failure("h", Step::kFirstByte, ec).code() == "tls_failed");
}

TEST_CASE("failure: a page in the place of the file is named as such, for good") {
  for (const auto document : {Document::kWebPage, Document::kErrorMessage}) {
    const auto error = document_failure("example.com", document);
    CHECK(error.code() == "web_page");
    CHECK(std::string(error.what()).starts_with("the link leads to a web page at example.com"));
    CHECK_FALSE(error.retryable());
  }
}

TEST_CASE("failure: what this machine lacks is no fault of the host's") {
  using boost::system::errc::make_error_code;
  for (const auto what :
       {boost::system::errc::too_many_files_open, boost::system::errc::not_enough_memory}) {
    const auto error = aura::fetch::network_failure("host.test", aura::fetch::Step::kConnect,
                                                    make_error_code(what));
    CHECK(error.code() == "no_resources");
    CHECK(error.owner() == aura::Owner::kWorker);
  }
}

TEST_CASE("failure: a name that isn't found may be found later") {
  for (const boost::system::error_code ec :
       {make_error_code(boost::asio::error::host_not_found),
        make_error_code(boost::asio::error::host_not_found_try_again),
        make_error_code(boost::asio::error::no_data)}) {
    const auto error = network_failure("example.com", Step::kResolve, ec);
    CHECK(error.code() == "host_not_found");
    CHECK(error.retryable());
  }
}

}  // namespace
}  // namespace aura::fetch
