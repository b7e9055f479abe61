#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <string>

namespace aura::fetch {

using TlsStream = boost::asio::ssl::stream<boost::beast::tcp_stream>;

/// A client's settings: TLS 1.2 or later, certificates verified against the system's trust store,
/// or the one that SSL_CERT_FILE and SSL_CERT_DIR name, read now.
boost::asio::ssl::context client_context();

/// Makes `stream`, already connected, a secure connection with `host`, a name or an IP address,
/// which the server's certificate must bear. Throws JobError "certificate_invalid", or
/// boost::system::system_error for everything else. Heeds the stream's expiry.
boost::asio::awaitable<void> handshake(TlsStream& stream, const std::string& host);

}  // namespace aura::fetch
