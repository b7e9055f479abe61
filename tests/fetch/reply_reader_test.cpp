#include "reply_reader.h"

#include <algorithm>
#include <boost/beast/http/error.hpp>
#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>
#include <string>

namespace aura::fetch {
namespace {

namespace http = boost::beast::http;

struct Whole {
  unsigned status = 0;
  std::string body;
  std::size_t largest_piece = 0;
};

/// Reads a reply that arrives in pieces of `piece` bytes at most, the connection closed after it.
Whole read(std::string_view bytes, std::size_t piece, std::size_t max_header_bytes = 1024) {
  ReplyReader reader(max_header_bytes);
  Whole whole;
  const auto more = [&] {
    if (bytes.empty()) return reader.ended();
    const auto space = reader.space();
    const auto count = std::min({bytes.size(), piece, space.size()});
    std::copy_n(bytes.begin(), count, space.begin());
    reader.arrived(count);
    bytes.remove_prefix(count);
  };
  while (!reader.read_head()) more();
  whole.status = reader.head().status;
  while (!reader.read_body([&](std::span<const std::uint8_t> part) {
    whole.body.append(part.begin(), part.end());
    whole.largest_piece = std::max(whole.largest_piece, part.size());
  })) {
    more();
  }
  return whole;
}

boost::system::error_code failure(const std::string& bytes) {
  try {
    read(bytes, 7);
  } catch (const boost::system::system_error& error) {
    return error.code();
  }
  return {};
}

TEST_CASE("reply reader: a reply is the same however it is cut") {
  const std::string body(1000, 'x');
  for (const std::string& bytes :
       {"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + body, "HTTP/1.1 200 OK\r\n\r\n" + body,
        "HTTP/1.0 200 OK\r\n\r\n" + body,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1f4;x=y\r\n" + body.substr(500) +
            "\r\n1F4\r\n" + body.substr(500) + "\r\n0\r\nA: b\r\n\r\n",
        "HTTP/1.1 200\nA: b\n c\n: d\nContent-Length: 1000, 1000\n\n" + body + "more",
        "HTTP/2 200\nTransfer-Encoding: identity, Chunked\nContent-Length: 3\n\n00003E8 \t\r\r\n" +
            body + "\r\r\n0;x\ntrailer\n\nmore",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\nHTTP/1.1 200 "
        "OK\r\n\r\n" +
            body}) {
    for (const std::size_t piece : {1U, 2U, 3U, 17U, 100'000U}) {
      CAPTURE(bytes.substr(0, 60), piece);
      const auto whole = read(bytes, piece);
      CHECK(whole.status == 200);
      CHECK(whole.body == body);
    }
  }
}

TEST_CASE("reply reader: chunks may come to nothing, however that is cut") {
  for (const std::string end : {"0\r\n\r\n", "0\r\nA: b\r\n\r\n"}) {
    const auto bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + end;
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
      const auto whole = read(bytes, piece);
      CHECK(whole.status == 200);
      CHECK(whole.body.empty());
    }
  }
}

TEST_CASE("reply reader: a body is handed on in pieces that don't grow with it") {
  const std::string body(1'000'000, 'x');
  const auto whole = read("HTTP/1.1 200 OK\r\n\r\n" + body, body.size());
  CHECK(whole.body.size() == body.size());
  CHECK(whole.largest_piece <= 65'536);
}

TEST_CASE("reply reader: replies without a body end with their head") {
  for (const std::string head :
       {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    CHECK(read(head, 5).body.empty());
  }
}

TEST_CASE("reply reader: what ends too soon is partial") {
  for (const std::string bytes :
       {"", "HTTP", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcd",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n"}) {
    CAPTURE(bytes);
    CHECK(failure(bytes) == http::error::partial_message);
  }
}

TEST_CASE("reply reader: what contradicts itself or is no HTTP is refused") {
  for (const std::string bytes :
       {"HTTP/1.1 2x0 OK\r\n\r\n", "ICY 200 OK\r\n\r\n", "HTTP/3 200\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nA b\r\n\r\n", "HTTP/1.1 200 OK\r\n A: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n"}) {
    CAPTURE(bytes);
    const auto error = failure(bytes);
    CHECK(error);
    CHECK(error != http::error::partial_message);
  }
}

TEST_CASE("reply reader: heads beyond the limit are refused, those within are not") {
  const std::string start = "HTTP/1.1 200 OK\r\nA: ";
  const std::string end = "\r\nContent-Length: 0\r\n\r\n";
  const auto of_size = [&](std::size_t bytes) {
    return start + std::string(bytes - start.size() - end.size(), 'x') + end;
  };
  CHECK(read(of_size(1000), 100).status == 200);
  CHECK_THROWS_AS(read(of_size(1100), 100), boost::system::system_error);
}

}  // namespace
}  // namespace aura::fetch
