#include "whole_file.h"

#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <system_error>

#include "aura/base/text.h"

namespace aura::app {

namespace fs = std::filesystem;

void write_whole(const std::string& path,
                 const std::function<void(std::ostream&, const fs::path&)>& write) {
  std::error_code failure;
  const bool is_file = !fs::exists(path, failure) || fs::is_regular_file(path, failure);
  const auto target = fs::weakly_canonical(path, failure);  // of a link, where it leads to
  fs::path written = path;
  if (is_file) {
    written = target;
    written += "." + std::to_string(getpid()) + ".part";
  }
  std::ofstream file(written, std::ios::binary);
  try {
    if (file) write(file, target.parent_path());
  } catch (...) {
    if (is_file) fs::remove(written, failure);
    throw;
  }
  file.close();
  failure.clear();
  bool is_written = !file.fail();
  if (is_file) {
    if (is_written) fs::rename(written, target, failure);
    is_written = is_written && !failure;
    if (!is_written) fs::remove(written, failure);
  }
  if (!is_written)
    throw std::runtime_error(one_line(path) +
                             " can't be written: check the folder and the free disk space");
}

}  // namespace aura::app
