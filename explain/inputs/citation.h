#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "evidence/evidence.h"

namespace headroom {

/// "file:line" of the first line of a recorded file that holds `needle`; the file alone when no
/// line does (somebody may have formatted it anew); empty when the file was not recorded, and
/// then there is nothing to say either.
[[nodiscard]] std::string Cite(const Evidence& evidence, std::string_view file,
                               std::string_view needle);

/// The same for the line that holds the last of `needles`, each looked for behind the line of the
/// one before it: {"\"pid\": 12,", "\"rss\""}.
[[nodiscard]] std::string CiteBehind(const Evidence& evidence, std::string_view file,
                                     std::initializer_list<std::string_view> needles);

/// The same in kernel/oom.log, from the record with that sequence number on: reports look alike,
/// and an incident may have several.
[[nodiscard]] std::string CiteInLog(const Evidence& evidence, std::uint64_t first_sequence,
                                    std::string_view needle);

/// Line 1 of a file that holds one value.
[[nodiscard]] std::string CiteFile(const Evidence& evidence, std::string_view file);

/// The row of a section in manifest.json. Manifests are not among Evidence's files, so the line is
/// that of the manifest as it is written.
[[nodiscard]] std::string CiteManifest(const Evidence& evidence, std::string_view section);

/// `"key": "text"` as it stands in a record that keeps bytes of a container.
[[nodiscard]] std::string JsonMember(std::string_view key, std::string_view bytes);

}  // namespace headroom
