#include "tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "failure.h"

namespace aura::fetch {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;

/// Sets the name that the server is told (SNI) and that its certificate must have.
void expect_host(SSL* connection, const std::string& host) {
  boost::system::error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  // SNI carries names only (RFC 6066, 3).
  const bool done =
      not_an_address ? SSL_set1_host(connection, host.c_str()) == 1 &&
                           SSL_set_tlsext_host_name(connection, host.c_str()) == 1
                     : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host.c_str()) == 1;
  if (!done) {
    throw boost::system::system_error(static_cast<int>(ERR_get_error()),
                                      asio::error::get_ssl_category());
  }
}

}  // namespace

ssl::context client_context() {
  ssl::context context(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  context.set_default_verify_paths();
  context.set_verify_mode(ssl::verify_peer);
  return context;
}

asio::awaitable<void> handshake(TlsStream& stream, const std::string& host) {
  SSL* const connection = stream.native_handle();
  expect_host(connection, host);
  boost::system::error_code ec;
  co_await stream.async_handshake(TlsStream::client, asio::redirect_error(asio::use_awaitable, ec));
  const long verdict = SSL_get_verify_result(connection);
  if (ec && verdict != X509_V_OK) {
    throw certificate_failure(host, X509_verify_cert_error_string(verdict));
  }
  if (ec) throw boost::system::system_error(ec);
}

}  // namespace aura::fetch
