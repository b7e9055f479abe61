#include "aura/test/postgres_server.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "aura/test/process.h"

namespace aura::test {
namespace {

namespace fs = std::filesystem;
constexpr const char* kUrlVariable = "AURA_TEST_DATABASE_URL";

/// Runs deploy/postgres.sh; what it printed.
std::string postgres_sh(const std::vector<std::string>& arguments) {
  std::vector<std::string> all{AURA_POSTGRES_SCRIPT};
  all.insert(all.end(), arguments.begin(), arguments.end());
  Process process(all);
  if (process.wait() != ExitStatus{}) throw std::runtime_error(process.error_output());
  return process.output();
}

void end_process(pid_t pid, int signal) {
  // By its number: glibc 2.36 declares its wrapper without extern "C".
  const int process = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (process < 0) throw std::runtime_error("the server does not run");
  ::kill(pid, signal);
  pollfd ended{process, POLLIN, 0};
  const int found = ::poll(&ended, 1, std::chrono::milliseconds(kPatience).count());
  ::close(process);
  if (found != 1) throw std::runtime_error("the server has not stopped in time");
}

}  // namespace

fs::path server_directory(const std::string& url) {
  const auto host = url.find("host=");
  if (host == std::string::npos) throw std::runtime_error("no host= in " + url);
  const auto start = host + 5;
  return url.substr(start, url.find('&', start) - start);
}

PostgresServer::PostgresServer() : folder_((fs::temp_directory_path() / "aura_server_XXXXXX")) {
  if (mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("can't make a folder");
  if (const char* shared = std::getenv(kUrlVariable)) shared_url_ = shared;
  start();
  setenv(kUrlVariable, url_.c_str(), 1);
}

PostgresServer::~PostgresServer() {
  setenv(kUrlVariable, shared_url_.c_str(), 1);
  try {
    postgres_sh({"remove", folder_});
  } catch (const std::exception&) {
    // It goes away with the machine that the tests run on.
  }
}

void PostgresServer::stop(Stop how) {
  std::ifstream file(server_directory(url_) / "postmaster.pid");
  pid_t pid = 0;
  if (!(file >> pid)) throw std::runtime_error("the server has no process id");
  end_process(pid, how == Stop::kFast ? SIGINT : SIGQUIT);
}

void PostgresServer::start() {
  url_ = postgres_sh({"start", folder_, "--durable"});
  url_.erase(url_.find_last_not_of('\n') + 1);
}

}  // namespace aura::test
