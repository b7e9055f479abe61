#include "aura/fetch/url.h"

#include <catch2/catch.hpp>
#include <string>
#include <tuple>

#include "job_error.h"

namespace aura::fetch {
namespace {

std::string target(const std::string& text) {
  return parse_url("http://h" + text).target;
}

std::string refusal(const std::string& text) {
  return test::job_error([&] { parse_url(text); }).code();
}

std::string resolved(const std::string& base, const std::string& reference) {
  const Url url = resolve_url(parse_url(base), reference);
  return (url.https ? "https://" : "http://") + url.authority() + url.target;
}

TEST_CASE("URL: scheme, host, port and target are told apart") {
  const Url url = parse_url("https://Cdn.Example.com:8443/a/b.mp3?sig=1%2F2&x=#t=10");
  CHECK(url == Url{true, "cdn.example.com", 8443, "/a/b.mp3?sig=1%2F2&x="});
  CHECK(url.authority() == "cdn.example.com:8443");
}

TEST_CASE("URL: scheme and host are the same in either case, and the port follows the scheme") {
  CHECK(parse_url("HTTP://EXAMPLE.com/A") == Url{false, "example.com", 80, "/A"});
  CHECK(parse_url("https://example.com:/").port == 443);
  CHECK(parse_url("https://example.com:443/").authority() == "example.com");
  CHECK(parse_url("http://example.com:443/").authority() == "example.com:443");
}

TEST_CASE("URL: an empty path is /") {
  CHECK(target("") == "/");
  CHECK(target("?a=b") == "/?a=b");
  CHECK(target("#part") == "/");
}

TEST_CASE("URL: IPv6 literals lose their brackets and get them back") {
  const Url url = parse_url("http://[2001:DB8::1]:8080/x");
  CHECK(url.host == "2001:db8::1");
  CHECK(url.authority() == "[2001:db8::1]:8080");
  CHECK(parse_url("http://[::1]").authority() == "[::1]");
}

TEST_CASE("URL: what may not stand in a path or a query is percent-encoded as by a browser") {
  CHECK(target("/my song é.mp3") == "/my%20song%20%C3%A9.mp3");
  CHECK(target("/a?q=b c\"d") == "/a?q=b%20c%22d");
  CHECK(target("/a[1]{2}|3\\4") == "/a%5B1%5D%7B2%7D%7C3%5C4");
}

TEST_CASE("URL: what is encoded stays as it is, and a lone % becomes one that is") {
  CHECK(target("/a%20b%2fc+d;e=f,g@h:i!$&'()*~") == "/a%20b%2fc+d;e=f,g@h:i!$&'()*~");
  CHECK(target("/100%.mp3") == "/100%25.mp3");
  CHECK(target("/a%4") == "/a%254");
  CHECK(target("/a%") == "/a%25");
}

TEST_CASE("URL: dot segments are resolved in the path alone") {
  CHECK(target("/a/b/../c/./d") == "/a/c/d");
  CHECK(target("/../../etc") == "/etc");
  CHECK(target("/a/..") == "/");
  CHECK(target("/a/b/.") == "/a/b/");
  CHECK(target("//a") == "//a");
  CHECK(target("/a?x=/../y") == "/a?x=/../y");
  CHECK(target("/..a/.b/...") == "/..a/.b/...");
}

TEST_CASE("URL: what people and apps put around a link is dropped") {
  for (const std::string text :
       {" \thttp://h/a b\r\n", "<http://h/a b>", "\u201Chttp://h/a b\u201D", "\uFEFFhttp://h/a b",
        "http://h/a b\u00A0", "\"http://h/a b\u200B\"\n"}) {
    CAPTURE(text);
    CHECK(parse_url(text).target == "/a%20b");
  }
}

TEST_CASE("URL: one slash where two belong is taken for both") {
  CHECK(parse_url("https:/Cdn.example.com/a//b") == Url{true, "cdn.example.com", 443, "/a//b"});
  CHECK(refusal("http:/user@h/a") == "url_invalid");
  CHECK(refusal("http:\\\\h\\a") == "url_invalid");
}

TEST_CASE("URL: two links in one are told from a link with a blank") {
  for (const std::string text :
       {"http://h/a http://h/b", "http://h/a\nHTTPS://h/b", "https://h/a  \thttp://h/b"}) {
    CAPTURE(text);
    const auto error = test::job_error([&] { parse_url(text); });
    CHECK(error.code() == "url_invalid");
    CHECK(std::string(error.what()).find("two links") != std::string::npos);
  }
  CHECK(target("/a httpx://b") == "/a%20httpx://b");
  CHECK(target("/?u=http://h/b") == "/?u=http://h/b");
}

TEST_CASE("URL: other schemes are refused as such") {
  for (const auto* text : {"ftp://h/a", "file:///etc/passwd", "s3://bucket/key", "data:audio/mp3,x",
                           "javascript:alert(1)", "c:\\music\\song.mp3"}) {
    CAPTURE(text);
    CHECK(refusal(text) == "url_unsupported");
  }
}

TEST_CASE("URL: a link of a well-known other kind is answered with what to do") {
  const auto [text, advice] = GENERATE(table<std::string, std::string>({
      {"blob:https://app.example/1b", "only in the browser"},
      {"data:audio/mpeg;base64,AAAA", "Upload the file"},
      {"file:///C:/song.mp3", "on your computer"},
      {"C:\\Music\\song.mp3", "on your computer"},
      {"s3://bucket/key", "signed link"},
      {"GS://bucket/key", "signed link"},
  }));
  CAPTURE(text);
  const std::string message = test::job_error([&] { parse_url(text); }).what();
  CHECK(message.starts_with("the audio link must start with https:// or http://. "));
  CHECK(message.find(advice) != std::string::npos);
}

TEST_CASE("URL: what is not a whole, plain URL is refused") {
  for (const std::string text :
       {"", "   ", "song.mp3", "/a/b", "//h/a", "http:", "http:h/a", "http:/", "http://",
        "http:///a", "http://?a", "http://:80/", "://h", "1http://h/"}) {
    CAPTURE(text);
    CHECK(refusal(text) == "url_invalid");
  }
}

TEST_CASE("URL: hosts and ports out of shape are refused") {
  for (const std::string text :
       {"http://a b/", "http://a\\@b/", "http://a,b/", "http://.a/", "http://a..b/", "http://[::1/",
        "http://[::1]x/", "http://[1.2.3.4]/", "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/",
        "http://[]/", "http://[/", "http://]/", "http://h:0/", "http://h:65536/", "http://h:8o/",
        "http://h:-1/", "http://h:80:80/", "http://::1/"}) {
    CAPTURE(text);
    CHECK(refusal(text) == "url_invalid");
  }
  CHECK(refusal("http://" + std::string(254, 'a') + "/") == "url_invalid");
  CHECK(parse_url("http://h:65535/").port == 65535);
}

TEST_CASE("URL: host names in any script become those that DNS knows") {
  CHECK(parse_url("https://B\u00fccher.example/a").host == "xn--bcher-kva.example");
  CHECK(parse_url("https://fa\u00df.de/").host == "xn--fa-hia.de");
  CHECK(parse_url("https://\u97f3\u697d.example:81/").authority() == "xn--66v140h.example:81");
  CHECK(parse_url("https://xn--bcher-kva.example/").host == "xn--bcher-kva.example");
  // The letter and its mark apart, and the whole of it percent-encoded.
  CHECK(parse_url("https://bu\u0308cher.example/").host == "xn--bcher-kva.example");
  CHECK(parse_url("https://b%C3%BCcher.example/").host == "xn--bcher-kva.example");
  CHECK(parse_url("https://ex%61mple.com/").host == "example.com");
}

TEST_CASE("URL: no disguise of a host gets round the check of its shape") {
  // Fullwidth digits and an ideographic full stop are an address like any other.
  CHECK(parse_url("http://\uff11\uff12\uff17\u3002\uff10.0.1/").host == "127.0.0.1");
  for (const std::string text :
       {"http://a%2fb/",      "http://a%00b/",      "http://a%0d%0ab/",  "http://a%40b/",
        "http://%/",          "http://%41%/",       "http://%C3%28/",    "http://\xff/",
        "http://\u00ad/",     "http://a\u2100b/",   "http://\u202eabc/", "http://2130706433/",
        "http://0x7f.1/",     "http://0x7f000001/", "http://0x/",        "http://127.1/",
        "http://0177.0.0.1/", "http://1.2.3.4.5/",  "http://example.1/", "http://1.2.3.256/"}) {
    CAPTURE(text);
    CHECK(refusal(text) == "url_invalid");
  }
  CHECK(refusal("http://" + std::string(2000, '\xC3') + "/") == "url_invalid");
  CHECK(parse_url("http://1.example/").host == "1.example");
  CHECK(parse_url("http://127.0.0.1./").host == "127.0.0.1");
  CHECK(parse_url("http://Example.com.:81/").authority() == "example.com:81");
}

TEST_CASE(
    "URL: user names and passwords are refused, with the way out and without repeating them") {
  for (const std::string text : {"http://joe:s3cret@h/", "http://s3cret@h/"}) {
    const auto error = test::job_error([&] { parse_url(text); });
    CHECK(error.code() == "url_invalid");
    CHECK(std::string(error.what()).find("signed link") != std::string::npos);
    CHECK(std::string(error.what()).find("s3cret") == std::string::npos);
  }
  CHECK(target("/a@b?c@d") == "/a@b?c@d");
}

TEST_CASE("URL: control characters are refused wherever they stand") {
  for (const char c : {'\0', '\n', '\r', '\t', '\x1b', '\x7f'}) {
    CHECK(refusal("http://h/a" + std::string(1, c) + "b") == "url_invalid");
    CHECK(refusal("http://h" + std::string(1, c) + "x/") == "url_invalid");
  }
}

TEST_CASE("URL: the longest that is taken has 8 KiB") {
  const std::string start = "http://h/";
  CHECK_NOTHROW(parse_url(start + std::string(8192 - start.size(), 'a')));
  CHECK(refusal(start + std::string(8193 - start.size(), 'a')) == "url_invalid");
}

TEST_CASE("URL: references are resolved as the examples of RFC 3986, 5.4") {
  const std::string base = "http://a/b/c/d;p?q";
  const auto [reference, expected] = GENERATE(table<std::string, std::string>({
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g/"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q"},
      {"g#s", "http://a/b/c/g"},
      {";x", "http://a/b/c/;x"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"..g", "http://a/b/c/..g"},
      {"g;x=1/../y", "http://a/b/c/y"},
      {"g?y/../x", "http://a/b/c/g?y/../x"},
      {"https://h:81/x", "https://h:81/x"},
  }));
  CAPTURE(reference);
  CHECK(resolved(base, reference) == expected);
}

TEST_CASE("URL: a relative reference keeps scheme, IPv6 host and port") {
  CHECK(resolved("https://[::1]:8443/a/b", "c") == "https://[::1]:8443/a/c");
  CHECK(resolved("https://h/a", "//k/b") == "https://k/b");
}

}  // namespace
}  // namespace aura::fetch
