#pragma once

#include <cstdarg>
#include <cstdio>
#include <string>

namespace aura::analysis {

/// Returns what printf() would print, at most 600 bytes. Thread-safe.
__attribute__((format(printf, 1, 2))) inline std::string advice(const char* format, ...) {
  char text[600];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return text;
}

}  // namespace aura::analysis
