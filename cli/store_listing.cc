#include "cli/store_listing.h"

#include <fmt/format.h>

#include "base/text.h"

namespace headroom {

Result<Store::Listing> ListStore(const Environment& environment, const Store& store) {
  auto listing = store.Look();
  if (!listing || listing->unread.empty()) return listing;
  if (listing->bundles.empty()) return std::unexpected(listing->unread.front().error);
  environment.err << fmt::format("headroom: {}; its bundles are passed over\n",
                                 EscapedForPeople(UnreadText(listing->unread)));
  return listing;
}

}  // namespace headroom
