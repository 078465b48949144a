#include "evidence/shared_memory.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "container/field_reader.h"
#include "evidence/json_fields.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::string_view kTmpfsSchema = "headroom.tmpfs/1";
constexpr std::string_view kSharedSchema = "headroom.shared-memory/1";
constexpr std::size_t kMaxFiles = 65536;
constexpr std::size_t kMaxMounts = 4096;
constexpr std::size_t kMaxOwners = 65536;

json ShmFileToJson(const ShmFile& file) {
  json object = json::object();
  PutBytes(object, "path", file.path);
  PutIfKnown(object, "bytes", file.bytes);
  PutIfKnown(object, "allocated", file.allocated);
  return object;
}

ShmFile ShmFileFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  return ShmFile{.path = reader.AnyBytes("path"),
                 .bytes = AmountOf(reader, "bytes"),
                 .allocated = AmountOf(reader, "allocated")};
}

json ListingToJson(const ShmListing& listing) {
  json files = json::array();
  for (const ShmFile& file : listing.files) files.push_back(ShmFileToJson(file));
  json object = {{"files", std::move(files)}, {"truncated", listing.truncated}};
  PutBytes(object, "mount_point", listing.mount_point);
  PutIfKnown(object, "size", listing.size);
  PutIfKnown(object, "used", listing.used);
  PutIfKnown(object, "total_files", listing.total_files);
  if (listing.of_host) object["of_host"] = true;
  return object;
}

ShmListing ListingFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  ShmListing listing;
  listing.mount_point = reader.AnyBytes("mount_point");
  listing.size = LimitOf(object, reader, "size");
  listing.used = AmountOf(reader, "used");
  listing.files = RowsOf<ShmFile>(reader, "files", kMaxFiles, status, ShmFileFromJson);
  listing.total_files = reader.MaybeUint64("total_files");
  listing.truncated = reader.MaybeBool("truncated").value_or(false);
  listing.of_host = reader.MaybeBool("of_host").value_or(false);
  return listing;
}

json PieceToJson(const SharedPiece& piece) {
  json owners = json::array();
  for (const SharedOwner& owner : piece.owners) {
    json row = json::object();
    if (owner.pid > 0) row["pid"] = owner.pid;
    PutBytes(row, "comm", owner.comm);
    owners.push_back(std::move(row));
  }
  json object = {{"kind", piece.kind},
                 {"inode", piece.inode},
                 {"owners", std::move(owners)},
                 {"total_owners", piece.total_owners}};
  PutBytes(object, "name", piece.name);
  PutIfKnown(object, "size", piece.size);
  PutIfKnown(object, "allocated", piece.allocated);
  return object;
}

SharedOwner OwnerFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  return {.pid = PidOf(reader, "pid"), .comm = reader.AnyBytes("comm")};
}

SharedPiece PieceFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  SharedPiece piece;
  piece.kind = reader.String("kind");
  piece.name = reader.AnyBytes("name");
  piece.inode = reader.MaybeUint64("inode").value_or(0);
  piece.size = AmountOf(reader, "size");
  piece.allocated = AmountOf(reader, "allocated");
  piece.owners = RowsOf<SharedOwner>(reader, "owners", kMaxOwners, status, OwnerFromJson);
  piece.total_owners = reader.MaybeUint64("total_owners").value_or(piece.owners.size());
  return piece;
}

TmpfsTable TmpfsFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  reader.ExpectSchema(kTmpfsSchema);
  TmpfsTable table;
  table.mounts = RowsOf<ShmListing>(reader, "mounts", kMaxMounts, status, ListingFromJson);
  table.total = reader.MaybeUint64("total");
  table.truncated = reader.MaybeBool("truncated").value_or(false);
  return table;
}

SharedMemory SharedMemoryFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  reader.ExpectSchema(kSharedSchema);
  SharedMemory memory;
  memory.pieces = RowsOf<SharedPiece>(reader, "pieces", kMaxFiles, status, PieceFromJson);
  memory.total = reader.MaybeUint64("total");
  memory.truncated = reader.MaybeBool("truncated").value_or(false);
  return memory;
}

}  // namespace

std::string SerializeShm(const ShmListing& listing) { return DumpJson(ListingToJson(listing)); }

Result<ShmListing> ParseShm(std::string_view text, std::string_view where) {
  return ParseRecord<ShmListing>(text, where, ListingFromJson);
}

std::string SerializeTmpfs(const TmpfsTable& table) {
  json mounts = json::array();
  for (const ShmListing& mount : table.mounts) mounts.push_back(ListingToJson(mount));
  json object = {
      {"schema", kTmpfsSchema}, {"mounts", std::move(mounts)}, {"truncated", table.truncated}};
  PutIfKnown(object, "total", table.total);
  return DumpJson(object);
}

Result<TmpfsTable> ParseTmpfs(std::string_view text, std::string_view where) {
  return ParseRecord<TmpfsTable>(text, where, TmpfsFromJson);
}

std::string SerializeSharedMemory(const SharedMemory& memory) {
  json pieces = json::array();
  for (const SharedPiece& piece : memory.pieces) pieces.push_back(PieceToJson(piece));
  json object = {
      {"schema", kSharedSchema}, {"pieces", std::move(pieces)}, {"truncated", memory.truncated}};
  PutIfKnown(object, "total", memory.total);
  return DumpJson(object);
}

Result<SharedMemory> ParseSharedMemory(std::string_view text, std::string_view where) {
  return ParseRecord<SharedMemory>(text, where, SharedMemoryFromJson);
}

}  // namespace headroom
