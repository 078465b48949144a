#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "container/enrolment/enrolment.h"
#include "kernel/host_view.h"

namespace headroom {

/// The folders in which a conmon leaves an empty file `oom` when it has seen an OOM kill, as its
/// command line names them: the folder behind --persist-dir, where Podman from 5.0 on looks, and
/// for CRI-O the bundle behind -b as well, where that one does. Empty: none that an engine looks in
/// (Podman before 5.0 gives no --persist-dir), or it is the conmon of another container. Pure.
[[nodiscard]] std::vector<std::string> ConmonOomFolders(std::string_view cmdline,
                                                        const Enrolment& container);

/// The word that conmon would have left of an OOM kill, had the `high` event of our wire not ended
/// its watch of memory.events (docs/decisions/030-what-conmon-no-longer-sees.md). Its folders are
/// held from the start of the container on, so that what is left there is never taken for one of
/// the container's next run. Any thread; Find and Leave may wait for the disk.
class ConmonOomFile {
 public:
  /// That of the conmon which is the parent of the container's init, or of the runtime that still
  /// is. Folders are looked up as that conmon sees them, and only where nobody but root or this
  /// user may change the way to them; no symbolic link is followed.
  /// kNotFound: no conmon, or none that leaves the file where an engine looks. kDenied: it is
  /// another user's, or names a folder that others may write to.
  [[nodiscard]] static Result<ConmonOomFile> Find(const HostView& host, const Enrolment& container);

  /// Creates it. One that is there is success, whatever it is. kNotFound: the folder has been
  /// removed, by an engine that is done with this run.
  [[nodiscard]] Status Leave() const;

 private:
  struct Folder {
    UniqueFd fd;
    std::string path;
  };
  std::vector<Folder> folders_;
};

}  // namespace headroom
