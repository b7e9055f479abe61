#include "authorization.h"

#include <catch2/catch.hpp>
#include <string>

using aura::http::holds_token;

TEST_CASE("authorization: a bearer token, whole and unchanged") {
  CHECK(holds_token("Bearer 0123456789abcdef", "0123456789abcdef"));
  for (const std::string other :
       {"", "Bearer", "Bearer ", "Bearer 0123456789abcde", "Bearer 0123456789abcdeX",
        "Bearer 0123456789abcdef0", "0123456789abcdef", "Digest 0123456789abcdef"}) {
    INFO(other);
    CHECK(!holds_token(other, "0123456789abcdef"));
  }
}

TEST_CASE("authorization: a password in base64, under any user name") {
  const auto holds = [](const std::string& base64) {
    return holds_token("Basic " + base64, "0123456789abcdef");
  };
  CHECK(holds("OjAxMjM0NTY3ODlhYmNkZWY="));       // without a name
  CHECK(holds("bWU6MDEyMzQ1Njc4OWFiY2RlZg=="));   // me
  CHECK(!holds("bTplOjAxMjM0NTY3ODlhYmNkZWY="));  // a colon is the name's end: e:0123456789abcdef
  CHECK(!holds("MDEyMzQ1Njc4OWFiY2RlZg=="));      // without a colon
  CHECK(!holds("MDEyMzQ1Njc4OWFiY2RlZjptZQ=="));  // as the name
  CHECK(!holds("bWU6MDEyMzQ1Njc4OWFiY2RlWA=="));  // another password
  CHECK(!holds("bWU6MDEyMzQ1Njc4OWFiY2RlZiA="));  // with a space behind it
  for (const std::string broken :
       {"", "=", "==", "====", "a", "bWU6MDE", "b~U6", "Og==", "0123456789abcdef"}) {
    INFO(broken);
    CHECK(!holds(broken));
  }
}
