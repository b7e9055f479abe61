#include "aura/models/model_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "aura/base/error.h"
#include "aura/base/file_descriptor.h"
#include "aura/base/sha256.h"
#include "aura/base/text.h"

namespace aura::models {
namespace {

std::string shown(const std::filesystem::path& path) {
  return one_line(path.string(), 300);
}

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& why) {
  throw ConfigError(shown(path) + ": " + why);
}

std::string reason(int error) {
  return std::generic_category().message(error);
}

void check_rights(const std::filesystem::path& path, const struct stat& status) {
  if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
    fail(path, "belongs to another user, so that models there are not trusted: chown it to root");
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    fail(path, "others may write to it, so that models there are not trusted: chmod go-w");
  }
}

}  // namespace

void refuse_if_others_may_write(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) fail(path, reason(errno));
  check_rights(path, status);
}

ModelFile::Mapping::Mapping(const std::filesystem::path& path, std::uint64_t max_mb) {
  // Without waiting, should it be a pipe.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) fail(path, reason(errno));
  if (!S_ISREG(status.st_mode)) fail(path, "is no regular file");
  check_rights(path, status);
  refuse_if_others_may_write(std::filesystem::absolute(path).parent_path());
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > max_mb * 1'000'000) {
    fail(path, "is larger than " + std::to_string(max_mb) + " MB (MAX_MODEL_MB)");
  }
  if (size == 0) fail(path, "is empty: remove it and fetch it again");
  void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (mapped == MAP_FAILED) fail(path, "can't be mapped: " + reason(errno));
  bytes_ = {static_cast<const std::uint8_t*>(mapped), size};
}

ModelFile::Mapping::~Mapping() {
  ::munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
}

ModelFile::ModelFile(const std::filesystem::path& path, std::string_view sha256,
                     std::uint64_t max_mb)
    : mapping_(path, max_mb), content_(read(path, sha256, mapping_.bytes())) {}

Safetensors ModelFile::read(const std::filesystem::path& path, std::string_view sha256,
                            std::span<const std::uint8_t> bytes) {
  const std::string actual = to_hex(aura::sha256(bytes));
  if (actual != sha256) {
    fail(path, "is not the file that this release expects (its SHA-256 is " + actual +
                   "): remove it and fetch it again");
  }
  try {
    return Safetensors(bytes);
  } catch (const BadSafetensors& error) {
    fail(path, error.what());
  }
}

}  // namespace aura::models
