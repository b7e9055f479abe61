#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aura/base/file_descriptor.h"
#include "inputs.h"

namespace aura::app {

/// The folder of -o: gets a file per input. Thread-safe after the constructor.
class ResultFolder {
 public:
  /// Gives each of `inputs` a name of its own, which ends in `ending`: its place, or if an earlier
  /// input has that name, the place and a number. None gets the name `reserved`. Creates `folder`
  /// if it is missing. Throws ConfigError if it can't be created or opened.
  ResultFolder(const std::string& folder, const std::vector<Input>& inputs, std::string_view ending,
               const std::string& reserved = {});

  /// Writes the result of the input at `place` in the constructor's `inputs`, and replaces the file
  /// of an earlier run once it is complete. Creates folders as need be, and follows no link below
  /// the folder: nothing outside it is written. Throws std::runtime_error, one line, if the file
  /// can't be written or would replace an input.
  void write(std::size_t place, std::string_view text) const;

  /// Appends bytes to a file. Returns whether it could.
  using Append = std::function<bool(std::string_view bytes)>;
  /// As write(), piece by piece. Throws also what `fill` throws; then nothing is left of the file.
  void write(std::size_t place, const std::function<void(const Append&)>& fill) const;

  /// As write(), for another file of the folder, such as the reserved one.
  void write_file(const std::string& name, std::string_view text) const;

  /// Returns the path of the file for the input at `place`, below the folder.
  const std::string& name_of(std::size_t place) const { return names_.at(place); }

 private:
  using FileId = std::pair<unsigned long, unsigned long>;  // device, inode

  void fill_file(const std::string& name, const std::function<void(const Append&)>& fill) const;

  std::string folder_;
  FileDescriptor root_;
  std::vector<std::string> names_;
  std::set<FileId> inputs_;
};

}  // namespace aura::app
