#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

/// What every fuzzer starts from: libFuzzer calls the function with bytes it made up.
#define HEADROOM_FUZZ(text)                                                           \
  static void FuzzOne(std::string_view text);                                         \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);  \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    FuzzOne({reinterpret_cast<const char*>(data), size});                             \
    return 0;                                                                         \
  }                                                                                   \
  static void FuzzOne(std::string_view text)

namespace headroom {

/// A property that must hold whatever the bytes are; a breach is a finding.
inline void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace headroom
