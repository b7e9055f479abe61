#include "content_range.h"

#include <catch2/catch.hpp>
#include <string>

namespace aura::fetch {
namespace {

TEST_CASE("Content-Range: first, last and size are told apart") {
  CHECK(parse_content_range("bytes 0-0/1") == ContentRange{0, 0, 1});
  CHECK(parse_content_range("bytes 21010-47021/47022") == ContentRange{21010, 47021, 47022});
  CHECK(parse_content_range("bytes 2-5/*") == ContentRange{2, 5, std::nullopt});
}

TEST_CASE("Content-Range: the unit is written as servers write it") {
  for (const std::string text :
       {"BYTES 2-5/10", "bytes=2-5/10", "bytes: 2-5/10", "Bytes  2-5/10"}) {
    CHECK(parse_content_range(text) == ContentRange{2, 5, 10});
  }
}

TEST_CASE("Content-Range: a part that is the whole is known from one that may be") {
  CHECK(parse_content_range("bytes 0-9/10")->is_whole());
  for (const std::string text : {"bytes 0-8/10", "bytes 1-9/10", "bytes 0-9/*"}) {
    CHECK_FALSE(parse_content_range(text)->is_whole());
  }
}

TEST_CASE("Content-Range: what is no range of a file is none") {
  for (const std::string text :
       {"", "bytes", "bytes ", "bytes */10", "bytes 5-2/10", "bytes 0-10/10", "bytes 0-5",
        "items 0-1/2", "bytes0-1/2", "byte 0-1/2", "bytes 0-5/", "bytes -5/10", "bytes 0-/10",
        "bytes 0-5/10x", "bytes 0-5/**", "bytes +0-5/10", "bytes 0-18446744073709551616/*",
        "bytes 0 - 5/10"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_content_range(text));
  }
}

}  // namespace
}  // namespace aura::fetch
