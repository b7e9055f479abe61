#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

#include "aura/base/file_descriptor.h"
#include "aura/base/text.h"
#include "fixture.h"

namespace aura::test {
namespace {

namespace fs = std::filesystem;

/// A port of 127.0.0.1, for TCP and UDP, that notices whoever comes.
class Loopback {
 public:
  Loopback() {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind_to(tcp_);
    socklen_t size = sizeof address_;
    getsockname(tcp_.get(), reinterpret_cast<sockaddr*>(&address_), &size);
    bind_to(udp_);
    if (listen(tcp_.get(), 100) != 0) throw std::runtime_error("can't listen");
  }

  int port() const { return ntohs(address_.sin_port); }

  /// Whether anybody has connected or sent something since the start.
  bool was_visited() const {
    std::array<pollfd, 2> both{{{tcp_.get(), POLLIN, 0}, {udp_.get(), POLLIN, 0}}};
    return poll(both.data(), both.size(), 0) != 0;
  }

 private:
  void bind_to(const FileDescriptor& socket) {
    if (bind(socket.get(), reinterpret_cast<sockaddr*>(&address_), sizeof address_) != 0)
      throw std::runtime_error("can't bind a socket");
  }

  sockaddr_in address_{};  // at first with port 0: any
  FileDescriptor tcp_{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  FileDescriptor udp_{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

/// `{"warnings": [...]}`, or `{"error": ...}` where there was no report.
using Outcomes = std::map<std::string, Json>;

/// A folder of files, and what `aura analyze` makes of them.
class BadFiles : public Sandbox {
 public:
  BadFiles() { environment["MAX_AUDIO_MINUTES"] = "1"; }  // so that hours needn't be decoded

  /// Analyses `names` in one run. Requires of each a line with a report of finite numbers or an
  /// error, and that nothing is said of the system.
  Outcomes analyze(const std::vector<std::string>& names) const {
    Arguments arguments{"analyze", "--json", "--"};
    arguments.insert(arguments.end(), names.begin(), names.end());
    const auto finished = run(arguments);
    CAPTURE(finished.error);
    REQUIRE(finished.status.signal == 0);
    REQUIRE(finished.status.code == (finished.error.empty() ? 0 : 1));
    check_secrets(finished.output + finished.error);

    const auto found = reports(finished.output);
    REQUIRE(found.size() == names.size());
    const auto errors = lines(finished.error);
    auto error_line = errors.begin();
    Outcomes outcomes;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto& line = found[i];
      INFO(names[i]);
      if (line.contains("error")) {
        const auto message = line["error"]["message"].get<std::string>();
        REQUIRE(error_line != errors.end());
        CHECK(*error_line++ == "aura: " + one_line(names[i]) + ": " + message);
        CHECK(!line["error"]["code"].get<std::string>().empty());
        outcomes[names[i]]["error"] = message;
      } else {
        CHECK(is_finite(line));
        outcomes[names[i]]["warnings"] = line.at("warnings");
      }
    }
    return outcomes;
  }

 private:
  /// The test's folder has a name that nobody told the program, as its arguments are relative.
  void check_secrets(const std::string& said) const {
    CHECK(!contains(said, folder().string()));
    for (const auto& user : lines(read_file("/etc/passwd"))) CHECK(!contains(said, user));
  }
};

/// Whether `outcome` is the one that the table tells: as many warnings, and a piece of each, or of
/// the error.
bool is_as_told(const Json& outcome, const Json& told) {
  if (told.contains("error")) {
    return outcome.contains("error") &&
           contains(outcome["error"].get<std::string>(), told["error"].get<std::string>());
  }
  const auto& warnings = told["warnings"];
  return outcome.contains("warnings") && outcome["warnings"].size() == warnings.size() &&
         std::equal(warnings.begin(), warnings.end(), outcome["warnings"].begin(),
                    [](const Json& piece, const Json& warning) {
                      return contains(warning.get<std::string>(), piece.get<std::string>());
                    });
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE_METHOD(BadFiles, "bad files: each ends as the table tells, and none leads elsewhere") {
  const Loopback loopback;
  Process make({"/usr/bin/env", "python3", "-B", data_file("bad/make.py"), folder(),
                std::to_string(loopback.port())});
  INFO(make.error_output());
  REQUIRE(make.wait() == ExitStatus{});

  const auto names = names_in(folder());
  const auto verdicts = Json::parse(read_file(data_file("bad/verdicts.json")));
  CHECK(names.size() == verdicts.size());
  constexpr std::ptrdiff_t kBatch = 40;
  for (auto first = names.begin(); first != names.end();) {
    const auto last = first + std::min(kBatch, names.end() - first);
    for (const auto& [name, outcome] : analyze({first, last})) {
      CAPTURE(name, outcome.dump());
      REQUIRE(verdicts.contains(name));
      CHECK(is_as_told(outcome, verdicts[name]));
    }
    first = last;
  }
  CHECK(!loopback.was_visited());
}

TEST_CASE_METHOD(BadFiles, "bad files: a name is nothing but a name") {
  const std::vector<std::string> names{
      "a\nb.wav",
      "\x1b[31m\x07.wav",
      "\xff\xfe.wav",
      "--json",
      "--help.wav",
      "%s%n%x.wav",
      "$(id);`id`|id&.wav",
      "' OR 1=1 --.wav",
      "\"<script>\".wav",
      "file:one.wav",
      "concat:a.wav|b.wav",
      "pipe:0",
      "data:audio,x",
      "http:one.wav",
      "image%03d.wav",
      "cache:a.wav",
      "crypto:a.wav",
      "async:a.wav",
      "subfile,,start,0,end,9,,:a",
      " ",
      "...",
      "\u202Egpj.wav",
      "na\u0308me\u2028.wav",
      ".wav",
      std::string(255, 'n'),
      "con.wav",
      "*.wav",
  };
  for (const auto& name : names) write(name, clip());
  for (const auto& [name, outcome] : analyze(names)) {
    CAPTURE(name, outcome.dump());
    CHECK(outcome.contains("warnings"));
  }
  for (const auto& name : names) write(name, "no music");
  for (const auto& [name, outcome] : analyze(names)) {
    CAPTURE(name, outcome.dump());
    CHECK(contains(outcome["error"].get<std::string>(), "this is not audio"));
  }
}

TEST_CASE_METHOD(BadFiles, "bad files: pipes, devices, links and folders keep nobody waiting") {
  write("good.wav", clip());
  const auto at = [&](const char* name) { return folder() / name; };
  REQUIRE(mkfifo(at("pipe.mp3").c_str(), 0600) == 0);
  fs::create_directory(at("folder.mp3"));
  fs::create_symlink("/dev/zero", at("zero.mp3"));
  fs::create_symlink("/dev/null", at("null.mp3"));
  fs::create_symlink("/proc/self/fd/0", at("input.mp3"));
  fs::create_symlink("/proc/self/environ", at("environment.mp3"));
  fs::create_symlink("/etc/passwd", at("users.mp3"));
  fs::create_symlink("nowhere", at("dangling.mp3"));
  fs::create_symlink("loop.mp3", at("loop.mp3"));
  fs::create_symlink("good.wav", at("link.mp3"));
  // Of holes alone.
  std::ofstream(at("huge.mp3")).close();
  fs::resize_file(at("huge.mp3"), std::uintmax_t{1} << 40);
  std::ofstream(at("large.mp3")).close();
  fs::resize_file(at("large.mp3"), std::uintmax_t{200} << 20);

  const std::map<std::string, std::string> told{
      {"pipe.mp3", "a folder, a pipe or a device"},
      {"folder.mp3", "no audio file is in this folder"},
      {"zero.mp3", "a folder, a pipe or a device"},
      {"null.mp3", "a folder, a pipe or a device"},
      {"input.mp3", "a folder, a pipe or a device"},  // Process gives it /dev/null
      {"environment.mp3", "the file is empty"},
      {"users.mp3", "this is not audio"},
      {"dangling.mp3", "there is no such file"},
      {"loop.mp3", "there is no such file"},
      {"huge.mp3", "larger than 200 MB"},
      {"large.mp3", "this is not audio"},
      {"good.wav/good.wav", "there is no such file"},
      {std::string(300, 'n'), "there is no such file"},
      {"", "there is no such file"},
  };
  std::vector<std::string> names{"link.mp3"};
  for (const auto& [name, error] : told) names.push_back(name);
  for (const auto& [name, outcome] : analyze(names)) {
    CAPTURE(name, outcome.dump());
    if (name == "link.mp3") {
      CHECK(outcome["warnings"].size() <= 1);
    } else {
      CHECK(contains(outcome["error"].get<std::string>(), told.at(name)));
    }
  }
}

}  // namespace aura::test
