#include "aura/base/file_start.h"

#include <catch2/catch.hpp>
#include <string>

namespace aura {
namespace {

using namespace std::string_literals;

TEST_CASE("file start: a web page is one, whatever comes before its first element") {
  for (const std::string page : {"<!doctype html><p>x",
                                 "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\">",
                                 "<html>",
                                 "<HTML lang=de>",
                                 "<head>",
                                 "<body>",
                                 "<title>x",
                                 "<script>x",
                                 "<meta charset=utf-8>",
                                 "\n\n \t<html>",
                                 "\xEF\xBB\xBF<!doctype html>",
                                 "\xEF\xBB\xBF\r\n<html>",
                                 "<!-- saved from x -->\n<html>",
                                 "<!-- a --><!-- b --> <!doctype html>",
                                 "<?xml version=\"1.0\"?>\n<!DOCTYPE html>",
                                 "<?xml version=\"1.0\"?><html>",
                                 "<?xml version=\"1.0\"?><!-- x --><rss version=\"2.0\">",
                                 "<?php echo 1; ?><html>",
                                 "<?xml version=\"1.0\"?>",
                                 "<html",
                                 "<html>\xFF Latin-1 \xE4"}) {
    CAPTURE(page);
    CHECK(document_of(page) == Document::kWebPage);
    CHECK_FALSE(begins_as_audio(page));
  }
  CHECK(document_of("<!-- " + std::string(kFileStartBytes, 'x')) == Document::kWebPage);
}

TEST_CASE("file start: what stores and APIs say instead of a file is an error message") {
  for (const std::string message :
       {"{\"error\":\"not_found\"}", "{\n  \"statusCode\": 400", "{}", " { }",
        "\xEF\xBB\xBF{\"message\":1}", "<Error><Code>AccessDenied</Code></Error>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code>",
        "\xEF\xBB\xBF<?xml version=\"1.0\"?><Error>", "<?xml version='1.0'?><ErrorResponse>",
        "<error>"}) {
    CAPTURE(message);
    CHECK(document_of(message) == Document::kErrorMessage);
    CHECK_FALSE(begins_as_audio(message));
  }
}

TEST_CASE("file start: other text, and bytes that are no text, are no document") {
  for (const auto& bytes :
       {""s, " "s, "\xEF\xBB\xBF"s, "x"s, "<"s, "{"s, "{x}"s, "<br><b>Warning</b>: x"s, "<htmlx>"s,
        "<p>"s, "#EXTM3U\n"s, "RIFF"s, "ID3\x04<html>"s, "<html>\0"s, "<html>\x01"s, "{\"\x02"s,
        "\0<html>"s, "x<html>"s, "\xFF\xFE<\0h\0"s}) {
    CAPTURE(bytes);
    CHECK(document_of(bytes) == Document::kNone);
  }
}

TEST_CASE("file start: what is compressed is not known as a track") {
  // "abc" as gzip, zlib, raw deflate, brotli, zstd and compress make it.
  for (const auto& bytes :
       {"\x1f\x8b\x08\0\0\0\0\0\x02\x03KLJ\x06\0"s, "\x78\x9cKLJ\x06\0"s, "KLJ\x06\0"s,
        "\x0b\x01\x80\x61\x62\x63\x03"s, "\x28\xb5\x2f\xfd\x04\x58\x19\0\0abc"s,
        "\x1f\x9d\x90\x61\xc4\x8c\x01"s, ""s, "\xFF"s}) {
    CHECK_FALSE(begins_as_audio(bytes));
  }
}

}  // namespace
}  // namespace aura
