#include "supervisor/tripwire/subtree.h"

#include <fmt/format.h>
#include <sys/inotify.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/thread_time.h"
#include "supervisor/tripwire/placement.h"

namespace headroom {
namespace {

constexpr std::chrono::nanoseconds kShortestDelay = std::chrono::milliseconds(20);
constexpr std::chrono::nanoseconds kLongestDelay = std::chrono::minutes(5);

bool SamePlace(const Wire& wire, const Wire::Place& place) {
  return wire.max() == place.max && wire.asked_to_hold() == place.may_hold;
}

}  // namespace

std::chrono::nanoseconds RescanDelay(std::chrono::nanoseconds last_cost) {
  return std::clamp(9 * last_cost, kShortestDelay, kLongestDelay);
}

Subtree::Subtree(WireServices& services, FileChanges& changes, const Enrolment& enrolment,
                 std::shared_ptr<const CgroupDir> root, Owner owner)
    : services_(services),
      changes_(changes),
      enrolment_(enrolment),
      root_(std::move(root)),
      owner_(std::move(owner)) {}

Subtree::~Subtree() { services_.roots.Remove(this); }

Status Subtree::Start() {
  if (auto added = AddNode(root_->path(), root_); !added) return added;
  // Before the first wire of ours: another one in the same cgroup goes first. A record that is not
  // to be believed takes nothing from others.
  if (owner_.why_not_held.empty()) {
    services_.roots.Add(this, {.path = root_->path(),
                               .inode = root_->inode(),
                               .may_hold = WhyNotHold(enrolment_, *root_).empty(),
                               .on_change = [this] { OnOtherRoots(); }});
  }
  Rescan();
  return {};
}

void Subtree::OnOtherRoots() {
  for (auto& [path, node] : nodes_) {
    if (!services_.roots.IsAnothers(this, path)) continue;
    node.thresholds.reset();
    node.wire.reset();
  }
  RescanSoon();
}

Status Subtree::AddNode(const std::string& path, std::shared_ptr<const CgroupDir> cgroup) {
  Node& node = nodes_[path];
  node.cgroup = std::move(cgroup);
  auto events = EventFile::Watch(
      services_.loop, *node.cgroup,
      [this, path](const EventReading& reading) {
        const auto found = nodes_.find(path);
        if (found == nodes_.end()) return;
        // The wire first: while it thinks, the container is held.
        if (found->second.wire) found->second.wire->OnEvents(reading);
        if (path == root_->path()) owner_.on_events(reading);
      },
      MayRegisterOnV1());
  if (!events) {
    nodes_.erase(path);
    return std::unexpected(events.error());
  }
  node.events = std::move(*events);
  WatchFiles(path, node);
  return {};
}

/// Many changes are one look: they come in bursts, and a container may make them on purpose.
void Subtree::RescanSoon() {
  if (rescan_timer_.active()) return;
  const auto delay = RescanDelay(rescan_cost_);
  auto timer = services_.loop.After(delay, delay / 10, [this] {
    rescan_timer_.Cancel();
    const auto start = ThreadTime();
    Rescan();
    Look();
    rescan_cost_ = ThreadTime() - start;
  });
  if (timer) rescan_timer_ = std::move(*timer);
}

void Subtree::WatchFiles(const std::string& path, Node& node) {
  const std::string dir = services_.host.cgroup_root + path;
  const auto watch = [&](const std::string& file, std::uint32_t mask,
                         FileChanges::OnChange on_change) {
    auto added = changes_.Add(file, mask, std::move(on_change));
    if (added) node.watches.push_back(std::move(*added));
    // Without a watch the slow samples find the change; nothing else depends on it.
  };
  const auto rescan = [this](auto /*mask*/, const auto& /*entry*/) { RescanSoon(); };
  watch(dir, IN_CREATE | IN_DELETE, rescan);
  if (enrolment_.cgroup_version == CgroupVersion::kV1) {
    watch(dir + "/memory.limit_in_bytes", IN_MODIFY, rescan);
    watch(dir + "/memory.memsw.limit_in_bytes", IN_MODIFY, rescan);
    return;
  }
  watch(dir + "/cgroup.subtree_control", IN_MODIFY, rescan);
  watch(dir + "/memory.max", IN_MODIFY, rescan);
  watch(dir + "/memory.swap.max", IN_MODIFY, rescan);
  watch(dir + "/memory.high", IN_MODIFY, [this, path](auto, const auto&) {
    const auto found = nodes_.find(path);
    if (found != nodes_.end() && found->second.wire) found->second.wire->OnHighWritten();
  });
}

void Subtree::Rescan() {
  const CgroupsBelow below = FindCgroupsBelow(services_.host, *root_);
  if (below.more && !std::exchange(told_of_more_, true)) {
    owner_.wire.on_note(
        fmt::format("{}: more cgroups than {} were made below it, or more than {} levels deep: a "
                    "limit of the others is not watched, only what they count",
                    root_->path(), kMostCgroupsBelow, kDeepestCgroup));
  }
  const std::set<std::string> present(below.paths.begin(), below.paths.end());
  std::erase_if(nodes_, [&](const auto& entry) {
    const bool is_root = entry.first == root_->path();
    return !is_root && (!present.contains(entry.first) || !entry.second.cgroup->IsAlive());
  });
  for (const std::string& path : below.paths) {
    if (nodes_.contains(path)) continue;
    auto cgroup = CgroupDir::Open(services_.host, path);
    if (!cgroup) continue;
    // Without memory files (the controller is not enabled below) it is looked at again later.
    (void)AddNode(path, std::make_shared<CgroupDir>(std::move(*cgroup)));
  }
  for (auto& [path, node] : nodes_) UpdateWire(path, node);
}

std::string Subtree::WhyNotHeld() const {
  if (!owner_.why_not_held.empty()) return "it is only observed: " + owner_.why_not_held;
  if (services_.roots.IsSecond(this)) {
    return "its cgroup is watched under another name as well, whose tripwire stands there";
  }
  return WhyNotHold(enrolment_, *root_);
}

std::optional<Throttle> Subtree::ThrottleWanted() const {
  const bool v1 = enrolment_.cgroup_version == CgroupVersion::kV1;
  if (enrolment_.mode != Mode::kThrottle || v1) return std::nullopt;
  return enrolment_.throttle;
}

std::optional<Wire::Place> Subtree::PlaceForRoot(Limit own, const Node& node) {
  why_observed_ = WhyNotHeld();
  limiting_ancestor_.clear();
  effective_limit_ = own;
  std::shared_ptr<const CgroupDir> limiting = node.cgroup;
  for (const std::string& path : AncestorPaths(root_->path())) {
    auto level = CgroupDir::Open(services_.host, path);
    if (!level) continue;
    const auto limits = ReadMemoryLimits(*level);
    if (!limits || !limits->max || *limits->max >= effective_limit_) continue;
    effective_limit_ = *limits->max;
    limiting_ancestor_ = path;
    limiting = std::make_shared<CgroupDir>(std::move(*level));
  }
  if (effective_limit_.unlimited()) {
    why_observed_ = "neither the container nor a level above it has a memory limit";
    return std::nullopt;
  }
  if (!limiting_ancestor_.empty()) {
    why_observed_ = fmt::format("the limit that it meets first, {}, is that of {} above it",
                                ToText(effective_limit_), limiting_ancestor_);
  }
  return Wire::Place{.limit = std::move(limiting),
                     .subject = node.cgroup,
                     .max = effective_limit_.bytes(),
                     .may_hold = why_observed_.empty(),
                     .throttle = ThrottleWanted()};
}

std::optional<Wire::Place> Subtree::PlaceFor(const std::string& path, Limit own, const Node& node) {
  if (path == root_->path()) return PlaceForRoot(own, node);
  if (own.unlimited() || services_.roots.IsAnothers(this, path)) return std::nullopt;
  // Nobody asked for back-pressure on what the container limits itself.
  const bool may_hold = enrolment_.mode != Mode::kThrottle && WhyNotHeld().empty();
  return Wire::Place{.limit = node.cgroup,
                     .subject = node.cgroup,
                     .max = own.bytes(),
                     .may_hold = may_hold,
                     .throttle = {}};
}

void Subtree::UpdateWire(const std::string& path, Node& node) {
  const auto own_limit_now = ReadOwnLimit(*node.cgroup);
  if (!own_limit_now) return;  // what was known of it as it lived is what an incident tells
  auto place = PlaceFor(path, *own_limit_now, node);
  if (!place) {
    node.thresholds.reset();
    node.wire.reset();
    return;
  }
  if (node.wire && SamePlace(*node.wire, *place)) {
    if (node.thresholds) WatchUsage(node);  // that of memory and swap together may be another
    return;
  }
  node.thresholds.reset();
  node.wire.reset();  // lifts the old one before the new one looks
  const bool own_limit = place->limit == node.cgroup;
  node.wire = Wire::Create(services_, std::move(*place), owner_.wire);
  if (own_limit) WatchUsage(node);
  node.wire->Look();
}

/// Nothing is registered at a level above: all that lies below it would be woken for each other.
void Subtree::WatchUsage(Node& node) {
  if (MayRegisterOnV1() == MayRegister::kNo) return;
  const auto limits = ReadMemoryLimits(*node.cgroup);
  if (!limits || (node.thresholds && node.thresholds->limits() == *limits)) return;
  node.thresholds = UsageThresholds::Watch(services_.loop, *node.cgroup, *limits,
                                           [weak = std::weak_ptr(node.wire)] {
                                             if (const auto wire = weak.lock()) wire->OnThreshold();
                                           });
}

MayRegister Subtree::MayRegisterOnV1() const {
  const bool may = enrolment_.mode != Mode::kObserve && owner_.why_not_held.empty();
  return may ? MayRegister::kYes : MayRegister::kNo;
}

void Subtree::Look() {
  for (auto& [path, node] : nodes_) {
    if (node.wire) node.wire->Look();
  }
}

void Subtree::Release() {
  for (auto& [path, node] : nodes_) {
    if (node.wire) node.wire->Release();
  }
}

void Subtree::OnAncestor(const std::string& path, const EventReading& reading) {
  if (path != limiting_ancestor_) return;
  const auto found = nodes_.find(root_->path());
  if (found != nodes_.end() && found->second.wire) found->second.wire->OnEvents(reading);
}

Result<EventReading> Subtree::ReadRoot() const {
  const auto found = nodes_.find(root_->path());
  if (found == nodes_.end()) return MakeError(ErrorCode::kGone, root_->path(), "is not watched");
  return found->second.events->Read();
}

bool Subtree::AnyWire(bool (Wire::*property)() const) const {
  return std::any_of(nodes_.begin(), nodes_.end(), [property](const auto& entry) {
    return entry.second.wire && (*entry.second.wire.*property)();
  });
}

bool Subtree::settled() const {
  if (enrolment_.mode == Mode::kThrottle || !limiting_ancestor_.empty()) return false;
  const auto root = nodes_.find(root_->path());
  if (nodes_.size() != 1 || root == nodes_.end()) return false;
  return !root->second.wire || root->second.wire->settled();
}

bool Subtree::hot() const { return AnyWire(&Wire::hot); }
bool Subtree::armed() const { return AnyWire(&Wire::standing); }

std::optional<BootTime> Subtree::photographing_since() const {
  std::optional<BootTime> first;
  for (const auto& [path, node] : nodes_) {
    const auto since = node.wire ? node.wire->photographing_since() : std::nullopt;
    if (since) first = std::min(first.value_or(*since), *since);
  }
  return first;
}

std::optional<LetThrough> Subtree::let_through() const {
  const auto root = nodes_.find(root_->path());
  if (root == nodes_.end() || !root->second.wire) return std::nullopt;
  return root->second.wire->let_through();
}

std::vector<std::shared_ptr<const CgroupDir>> Subtree::Descendants() const {
  std::vector<std::shared_ptr<const CgroupDir>> cgroups;
  for (const auto& [path, node] : nodes_) {
    if (path != root_->path()) cgroups.push_back(node.cgroup);
  }
  return cgroups;
}

std::optional<Limit> ReadOwnLimit(const CgroupDir& cgroup) {
  const auto limits = ReadMemoryLimits(cgroup);
  if (limits && limits->max) return limits->max;
  if (!cgroup.IsAlive()) return std::nullopt;
  return Limit::Unlimited();
}

}  // namespace headroom
