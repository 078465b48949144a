#include "evidence/pack/gzip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

namespace headroom {
namespace {

constexpr int kGzip = 16 + MAX_WBITS;  // zlib.h: 16 more than the window asks for gzip's framing
constexpr int kMemoryLevel = 8;        // zlib's default
constexpr std::size_t kChunk = 65536;

/// zlib takes input by a pointer that is not const, and does not write to it.
Bytef* InputOf(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

/// Room for one more chunk of output, at most `most` bytes in all.
void MakeRoom(z_stream& stream, std::string& out, std::size_t most) {
  const std::size_t used = out.size();
  out.resize(std::min(most, used + kChunk));
  stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
  stream.avail_out = static_cast<uInt>(out.size() - used);
}

/// One member, up to its end or to `most` bytes; what zlib said last.
int Inflate(z_stream& stream, std::string& out, std::size_t most) {
  int said = Z_OK;
  while (said == Z_OK && out.size() < most) {
    MakeRoom(stream, out, most);
    said = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
  }
  return said;
}

}  // namespace

Result<std::string> Compressed(std::string_view bytes) {
  if (bytes.size() > std::numeric_limits<uInt>::max()) {
    return MakeError(ErrorCode::kTooLarge, "", "is more than one gzip member may hold");
  }
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return MakeError(ErrorCode::kSystem, "", "cannot be compressed: no memory");
  }
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = InputOf(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int said = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (said != Z_STREAM_END) return MakeError(ErrorCode::kSystem, "", "cannot be compressed");
  return out;
}

Result<std::string> Uncompressed(std::string_view bytes, std::size_t max_bytes,
                                 std::string_view where) {
  if (bytes.size() > std::numeric_limits<uInt>::max()) {
    return MakeError(ErrorCode::kTooLarge, where, "is larger than any pack");
  }
  z_stream stream{};
  stream.next_in = InputOf(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  if (inflateInit2(&stream, kGzip) != Z_OK) {
    return MakeError(ErrorCode::kSystem, where, "cannot be uncompressed: no memory");
  }
  std::string out;
  // One byte more than is wanted tells "just fits" from "does not".
  const int said = Inflate(stream, out, max_bytes + 1);
  const std::size_t behind = stream.avail_in;
  inflateEnd(&stream);
  if (out.size() > max_bytes) {
    return MakeError(ErrorCode::kTooLarge, where,
                     fmt::format("holds more than {} bytes, uncompressed", max_bytes));
  }
  if (said != Z_STREAM_END) return Malformed(where, "is no gzip file, or is cut off or damaged");
  if (behind != 0) {
    return Malformed(where, fmt::format("has {} bytes behind its end, expected none", behind));
  }
  return out;
}

}  // namespace headroom
