#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include "aura/test/http_server.h"

namespace aura::test {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

/// root/song.mp3, root/in/my song.mp3, root/out -> secret, and secret beside root.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "aura_serve_XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    top_ = name;
    fs::create_directories(root() / "in");
    std::ofstream(root() / "song.mp3") << "song";
    std::ofstream(root() / "in" / "my song.mp3") << "inner";
    std::ofstream(top_ / "secret") << "secret";
    fs::create_symlink(top_ / "secret", root() / "out");
  }
  ~Folder() { fs::remove_all(top_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path root() const { return top_ / "root"; }

 private:
  fs::path top_;
};

/// The whole reply to a GET of just this target; no client tidies it up on the way.
std::string get(const HttpServer& server, const std::string& target) {
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  socket.connect({asio::ip::address_v4::loopback(), server.port()});
  asio::write(socket, asio::buffer("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n"));
  std::string reply;
  boost::system::error_code closed;
  asio::read(socket, asio::dynamic_buffer(reply), closed);
  return reply;
}

TEST_CASE("serving a folder: files in it and below are delivered") {
  const Folder folder;
  HttpServer server;
  server.serve_folder(folder.root());
  CHECK(get(server, "/song.mp3").ends_with("\r\n\r\nsong"));
  CHECK(get(server, "/song.mp3?x=1").ends_with("\r\n\r\nsong"));
  CHECK(get(server, "/in/my%20song.mp3").ends_with("\r\n\r\ninner"));
  CHECK(get(server, "/in/../song.mp3").ends_with("\r\n\r\nsong"));
}

TEST_CASE("serving a folder: nothing leads out of it") {
  const Folder folder;
  HttpServer server;
  server.serve_folder(folder.root());
  for (const std::string target :
       {"/../secret", "/%2e%2e/secret", "/in/../../secret", "//../secret", "/out", "/in", "/",
        "/unknown", "/song.mp3%00", "/%zz", "/%", "/song.mp3/../../secret", "/..%2fsecret"}) {
    CAPTURE(target);
    CHECK(get(server, target).starts_with("HTTP/1.1 404 "));
  }
}

}  // namespace
}  // namespace aura::test
