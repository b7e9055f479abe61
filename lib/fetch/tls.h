#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <string>

namespace aura::fetch {

using TlsStream = boost::asio::ssl::stream<boost::beast::tcp_stream>;

/// Returns the settings of a client: TLS 1.2 or later, certificates verified. Loads the system's
/// trust store, or the store that SSL_CERT_FILE and SSL_CERT_DIR name. Thread-safe. Throws
/// boost::system::system_error if OpenSSL fails.
boost::asio::ssl::context client_context();

/// Does the TLS handshake with `host` over the connected `stream`. The server's certificate must
/// name `host`, a host name or an IP address. Obeys the stream's expiry. The caller keeps both
/// alive until the coroutine has ended. Throws JobError "certificate_invalid", and
/// boost::system::system_error for other failures.
boost::asio::awaitable<void> handshake(TlsStream& stream, const std::string& host);

}  // namespace aura::fetch
