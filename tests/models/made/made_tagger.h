#pragma once

#include "aura/models/tagger.h"

namespace aura::test {

/// Returns networks whose weights are made up: they tag, but what they say means nothing.
const models::Tagger& made_tagger();

}  // namespace aura::test
