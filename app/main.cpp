#include <fcntl.h>
#include <unistd.h>

#include <boost/system/system_error.hpp>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include "aura/audio/decode.h"
#include "aura/base/build.h"
#include "aura/base/error.h"
#include "aura/base/text.h"
#include "commands.h"
#include "did_you_mean.h"

namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;

/// As a limit of processes does it.
bool lacks_threads(const std::exception& error) {
  constexpr auto kLimit = std::errc::resource_unavailable_try_again;
  if (const auto* own = dynamic_cast<const std::system_error*>(&error))
    return own->code() == kLimit;
  const auto* boosts = dynamic_cast<const boost::system::system_error*>(&error);
  return boosts != nullptr && boosts->code() == kLimit;
}

/// A file or socket that is opened while a standard stream is closed would get its number, and with
/// it what is written there.
void open_standard_streams() {
  int opened = -1;
  do {
    opened = ::open("/dev/null", O_RDWR);
  } while (opened >= 0 && opened <= STDERR_FILENO);
  if (opened > STDERR_FILENO) ::close(opened);
}

int fail(const std::exception& error, int status) {
  const std::string why = lacks_threads(error)
                              ? "no more threads can be started: allow more processes (ulimit -u, "
                                "or the container's limit of pids)"
                              : aura::one_line(error.what(), 1000);
  std::cerr << "aura: " << why << "\n";
  return status;
}

}  // namespace

int main(int argc, char** argv) try {
  open_standard_streams();
  CLI::App app{
      "AURA analyses music: tempo, timbre, loudness and a Hit Factor. It takes tracks from a\n"
      "PostgreSQL queue, or analyses files and URLs without a database."};
  app.name("aura");
  app.set_version_flag("--version", "aura " + std::string(aura::release()) + " (commit " +
                                        std::string(aura::commit()) + ", libavcodec " +
                                        aura::audio::libavcodec_version() + ")");
  app.require_subcommand(1);
  app.footer(
      "Settings come from the environment or a .env file. 'aura COMMAND --help' lists all "
      "options.");
  aura::app::Command chosen;
  aura::app::add_worker(app, chosen);
  aura::app::add_analyze(app, chosen);
  aura::app::add_report(app, chosen);
  aura::app::add_click(app, chosen);
  aura::app::add_isolate(app, chosen);
  aura::app::add_schema(app, chosen);
  aura::app::add_enqueue(app, chosen);
  aura::app::add_status(app, chosen);
  aura::app::add_cancel(app, chosen);
  aura::app::add_retry(app, chosen);
  aura::app::add_forget(app, chosen);
  aura::app::add_catalogue(app, chosen);
  aura::app::add_similar(app, chosen);
  aura::app::add_models(app, chosen);
  aura::app::add_migrate(app, chosen);
  aura::app::add_doctor(app, chosen);
  try {
    auto arguments = aura::app::check_commands(app, {argv + 1, argv + argc});
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    std::cerr << "aura: " << aura::one_line(error.what(), 1000) << aura::app::similar_option(app)
              << " (see --help)\n";
    return kUsage;
  }
  return chosen();
} catch (const aura::ConfigError& error) {
  return fail(error, kUsage);
} catch (const std::exception& error) {
  return fail(error, kFailed);
}
