#include "aura/models/model_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "aura/base/error.h"
#include "aura/base/sha256.h"
#include "safetensors_bytes.h"

namespace aura::models {
namespace {

namespace fs = std::filesystem;

/// A folder that only this user may write to, with a model in it.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "aura-models-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
    test::SafetensorsWriter writer;
    writer.add("a", {2}, {1, 2});
    bytes_ = writer.bytes();
    write(bytes_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::vector<std::uint8_t>& bytes) {
    std::ofstream(file(), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    REQUIRE(::chmod(file().c_str(), 0644) == 0);
  }
  fs::path file() const { return path_ / "model.safetensors"; }
  const fs::path& path() const { return path_; }
  std::string hash() const { return to_hex(sha256(bytes_)); }

 private:
  fs::path path_;
  std::vector<std::uint8_t> bytes_;
};

std::string refusal_of(const fs::path& path, const std::string& hash,
                       std::uint64_t max_mb = kMaxModelMb) {
  try {
    ModelFile file(path, hash, max_mb);
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("model file: maps a file whose hash is as expected") {
  const Folder folder;
  const ModelFile file(folder.file(), folder.hash());
  const std::vector<std::size_t> shape{2};
  CHECK(file.content().tensor("a", shape)[1] == 2);
}

TEST_CASE("model file: refuses another file before it parses it") {
  Folder folder;
  folder.write(test::safetensors_bytes("[", 0));
  CHECK(has(refusal_of(folder.file(), folder.hash()), "is not the file that this release expects"));
  CHECK(has(refusal_of(folder.file(), to_hex(sha256(test::safetensors_bytes("[", 0)))),
            "the header is no JSON object"));
}

TEST_CASE("model file: refuses what others may write to") {
  const Folder folder;
  for (const mode_t mode : {0664, 0646, 0666}) {
    REQUIRE(::chmod(folder.file().c_str(), mode) == 0);
    CHECK(has(refusal_of(folder.file(), folder.hash()), "others may write to it"));
  }
  REQUIRE(::chmod(folder.file().c_str(), 0600) == 0);
  CHECK(refusal_of(folder.file(), folder.hash()).empty());
  for (const mode_t mode : {0775, 0757, 01777}) {
    REQUIRE(::chmod(folder.path().c_str(), mode) == 0);
    const std::string why = refusal_of(folder.file(), folder.hash());
    CHECK(has(why, "others may write to it"));
    CHECK(why.find('\n') == std::string::npos);
  }
}

TEST_CASE("model file: refuses what belongs to another user") {
  if (::geteuid() != 0) {
    WARN("skipped: takes root to give a file away");
    return;
  }
  const Folder folder;
  REQUIRE(::chown(folder.file().c_str(), 65534, 65534) == 0);
  CHECK(has(refusal_of(folder.file(), folder.hash()), "belongs to another user"));
}

TEST_CASE("model file: refuses what is missing, empty, too large or no file") {
  Folder folder;
  CHECK(has(refusal_of(folder.path() / "none", folder.hash()), "No such file"));
  CHECK(has(refusal_of(folder.path(), folder.hash()), "is no regular file"));
  REQUIRE(::mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
  CHECK(has(refusal_of(folder.path() / "pipe", folder.hash()), "is no regular file"));
  CHECK(has(refusal_of(folder.file(), folder.hash(), 0), "is larger than 0 MB (MAX_MODEL_MB)"));
  folder.write({});
  CHECK(has(refusal_of(folder.file(), folder.hash()), "is empty"));
}

}  // namespace
}  // namespace aura::models
