#include "made_tagger.h"

#include "plain_musicnn.h"
#include "safetensors_bytes.h"

namespace aura::test {

const models::Tagger& made_tagger() {
  static const auto made = [] {
    SafetensorsWriter writer;
    PlainMusicnn(1).write(writer, "msd");
    PlainMusicnn(2).write(writer, "mtt");
    const auto bytes = writer.bytes();
    return models::Tagger(models::Safetensors(bytes));
  }();
  return made;
}

}  // namespace aura::test
