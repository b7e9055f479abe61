// Serves the files of a folder over HTTP on 127.0.0.1 until SIGTERM or SIGINT.

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

#include "aura/test/http_server.h"

namespace {

namespace fs = std::filesystem;

/// Whoever waits for the file finds all of the number in it or no file.
void write_port(const fs::path& file, std::uint16_t port) {
  const fs::path unfinished = file.string() + ".new";
  std::ofstream out(unfinished);
  out << port << '\n';
  out.close();
  if (!out) throw std::runtime_error("can't write " + unfinished.string());
  fs::rename(unfinished, file);
}

void serve(const fs::path& folder, std::uint16_t port, const fs::path& port_file) {
  boost::asio::io_context io;
  boost::asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([](boost::system::error_code, int) {});

  aura::test::HttpServer server(std::nullopt, port);
  server.serve_folder(folder);
  std::cout << "serving " << folder.string() << " at " << server.url("/") << std::endl;
  if (!port_file.empty()) write_port(port_file, server.port());
  io.run();
}

int run(int argc, char** argv) {
  fs::path folder;
  std::uint16_t port = 0;
  fs::path port_file;
  CLI::App app("Serves the files of a folder over HTTP on 127.0.0.1 until SIGTERM");
  app.add_option("DIR", folder, "The folder")->required()->check(CLI::ExistingDirectory);
  app.add_option("--port", port, "The port to listen on; 0: any free one");
  app.add_option("--port-file", port_file, "Written, in one go, with the port once it listens");
  CLI11_PARSE(app, argc, argv);
  serve(folder, port, port_file);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "aura-serve: " << error.what() << '\n';
    return 1;
  }
}
