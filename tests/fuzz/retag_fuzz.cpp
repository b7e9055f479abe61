// Whatever a file holds: it is refused with an error about it, or the edit lies within its bounds.

#include <cstdint>
#include <cstdlib>
#include <new>

#include "aura/audio/retag.h"
#include "aura/base/error.h"
#include "edit.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aura;
  Spool file;
  file.append({data, size});
  constexpr audio::MeasuredTags kTags{
      .tempo_bpm = 127.976, .key = {'F', '#', 'm'}, .loudness_lufs = -10.5, .true_peak_dbtp = -1};
  try {
    const auto edit = audio::retag(file, kTags, audio::Existing::kReplace);
    require(audio::is_edit_of(edit, size));
    require(audio::edit_of_bytes(audio::bytes_of_edit(edit)) == edit);
  } catch (const JobError& error) {
    require(!error.retryable() && !error.code().empty());
  } catch (const std::bad_alloc&) {
    // The sandbox, which bounds memory as a whole, makes an error of it.
  }
  return 0;
}
