#include "result_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "aura/base/error.h"
#include "aura/base/text.h"
#include "aura/base/write_all.h"
#include "input.h"

namespace aura::app {
namespace {

namespace fs = std::filesystem;

/// The longest name that a file may have, less what a temporary name adds.
constexpr std::size_t kMaxNameBytes = 255 - 16;
constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// Returns `place` with an ending, cut to what a file system takes. `number` tells it from others.
std::string named(const std::string& place, std::size_t number, std::string_view ending) {
  fs::path path(place);
  auto name = path.filename().string();
  const auto tail = (number > 1 ? " (" + std::to_string(number) + ")" : "") + std::string(ending);
  cut_utf8(name, kMaxNameBytes - tail.size());
  return path.replace_filename(name + tail).string();
}

/// Opens the folder `name` in `parent`, and creates it if it is missing.
FileDescriptor enter(int parent, const std::string& name) {
  if (name == ".." || (::mkdirat(parent, name.c_str(), 0777) != 0 && errno != EEXIST)) return {};
  return FileDescriptor(::openat(parent, name.c_str(), kFolderFlags));
}

/// Whether `file` in `folder` is what `fill` appends afterwards, first to a file beside it.
bool write_beside(int folder, const std::string& file,
                  const std::function<void(const ResultFolder::Append&)>& fill) {
  const auto written = file + "." + std::to_string(::getpid()) + ".part";
  ::unlinkat(folder, written.c_str(), 0);  // of a lost process with our id
  const FileDescriptor output(::openat(folder, written.c_str(),
                                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!output) return false;
  bool is_written = true;
  try {
    fill([&](std::string_view bytes) {
      is_written = is_written && write_all(output.get(), bytes);
      return is_written;
    });
  } catch (...) {
    ::unlinkat(folder, written.c_str(), 0);
    throw;
  }
  if (is_written && ::renameat(folder, written.c_str(), folder, file.c_str()) == 0) return true;
  ::unlinkat(folder, written.c_str(), 0);
  return false;
}

}  // namespace

ResultFolder::ResultFolder(const std::string& folder, const std::vector<Input>& inputs,
                           std::string_view ending, const std::string& reserved)
    : folder_(folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  root_ = FileDescriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root_)
    throw ConfigError("-o " + one_line(folder) +
                      ": this is no folder, or it can't be created: name another");
  std::set<std::string> taken{reserved};
  for (const auto& input : inputs) {
    std::size_t number = 1;
    auto name = named(input.place, number, ending);
    while (!taken.insert(name).second) name = named(input.place, ++number, ending);
    names_.push_back(std::move(name));
    struct stat status {};
    if (!is_url(input.name) && ::stat(input.name.c_str(), &status) == 0)
      inputs_.emplace(status.st_dev, status.st_ino);
  }
}

void ResultFolder::write(std::size_t place, std::string_view text) const {
  write_file(names_.at(place), text);
}

void ResultFolder::write(std::size_t place, const std::function<void(const Append&)>& fill) const {
  fill_file(names_.at(place), fill);
}

void ResultFolder::write_file(const std::string& name, std::string_view text) const {
  fill_file(name, [&](const Append& append) { append(text); });
}

void ResultFolder::fill_file(const std::string& name,
                             const std::function<void(const Append&)>& fill) const {
  const auto refuse = [&](const std::string& why) {
    throw std::runtime_error(one_line((fs::path(folder_) / name).string()) + why);
  };
  const fs::path path(name);
  FileDescriptor inner;
  for (const auto& part : path.parent_path()) {
    inner = enter(inner ? inner.get() : root_.get(), part.string());
    if (!inner) refuse(" can't be written: a part of it is a link, or no folder of yours");
  }
  const int folder = inner ? inner.get() : root_.get();
  const auto file = path.filename().string();
  struct stat status {};
  if (::fstatat(folder, file.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      inputs_.contains({status.st_dev, status.st_ino}))
    refuse(" is a track: name another folder with -o");
  if (!write_beside(folder, file, fill))
    refuse(" can't be written: check the folder and the free disk space");
}

}  // namespace aura::app
