#include "target.h"

#include <catch2/catch.hpp>

#include "bad_request.h"

using aura::http::BadRequest;
using aura::http::decode_percent;
using aura::http::query_of;

TEST_CASE("target: percent-encoding is undone once, and only where it is whole UTF-8") {
  CHECK(decode_percent("a%20b%C3%A4") == "a b\xC3\xA4");
  CHECK(decode_percent("%2525") == "%25");
  for (const auto* bad : {"%", "%4", "%zz", "%4z", "%00", "%ff", "%c3", "%ed%a0%80", "\xff"})
    CHECK(!decode_percent(bad));
}

TEST_CASE("target: a query is names and values, the first of a name counting") {
  CHECK(query_of("/p").empty());
  CHECK(query_of("/p?").empty());
  const auto query = query_of("/p?a=1&b=x%26y&a=2&&c&d=e=f");
  CHECK(query.at("a") == "1");
  CHECK(query.at("b") == "x&y");
  CHECK(query.at("c").empty());
  CHECK(query.at("d") == "e=f");
  CHECK_THROWS_AS(query_of("/p?a=%"), BadRequest);
}
