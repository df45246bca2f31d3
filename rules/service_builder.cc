#include "rules/service_builder.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "absl/container/flat_hash_map.h"

namespace allowmatch {
namespace {

// Beyond this many (service, unit) pairs each unit is a class of its own: more
// classes than needed, but a time that stays linear for any input.
constexpr size_t kMaxRefinement = size_t{1} << 26;

constexpr uint32_t kPorts = ServiceTable::kNoPort + 1;  // with the absent one

// Protocols that the same services have, and the ports at which those change.
struct Lane {
  std::vector<uint32_t> services;
  std::vector<uint32_t> starts;  // of the units: ports that no service tells apart
  size_t first_unit = 0;         // among the units of all lanes
};

// first .. last of the units of all lanes, both included.
struct UnitRun {
  size_t first;
  size_t last;
};

bool Has(const Protocol& protocol, uint32_t number) {
  return number == ServiceTable::kNoProtocol ? protocol.is_any()
                                             : protocol.Covers(static_cast<uint8_t>(number));
}

class ServiceBuilder {
 public:
  explicit ServiceBuilder(const std::vector<Service>& services) : services_(services) {}

  ServiceArrays Build() && {
    MakeLanes();
    for (Lane& lane : lanes_) CutLane(&lane);
    units_of_service_.resize(services_.size());
    for (const Lane& lane : lanes_) FindUnits(lane);
    class_of_unit_.resize(unit_count_);
    if (CoveredUnits() > kMaxRefinement) {
      std::iota(class_of_unit_.begin(), class_of_unit_.end(), 0);
    } else {
      for (const std::vector<UnitRun>& units : units_of_service_) Refine(units);
    }
    NumberClasses();
    for (const std::vector<UnitRun>& units : units_of_service_)
      arrays_.runs.push_back(RunsOf(units));
    for (const Lane& lane : lanes_) WritePages(lane);
    return std::move(arrays_);
  }

 private:
  void MakeLanes() {
    std::map<std::vector<uint32_t>, uint32_t> numbers;
    for (uint32_t protocol = 0; protocol < ServiceTable::kProtocols; ++protocol) {
      std::vector<uint32_t> having;
      for (uint32_t s = 0; s < services_.size(); ++s) {
        if (Has(services_[s].protocol, protocol)) having.push_back(s);
      }
      const auto [at, is_new] = numbers.try_emplace(having, static_cast<uint32_t>(lanes_.size()));
      if (is_new) lanes_.push_back({std::move(having), {}, 0});
      arrays_.lanes.push_back(at->second);
    }
  }

  void CutLane(Lane* lane) {
    lane->starts.push_back(0);
    for (const uint32_t s : lane->services) {
      for (const PortRange& range : services_[s].ports.ranges()) {
        lane->starts.push_back(range.first);
        lane->starts.push_back(range.last + 1u);
      }
    }
    std::sort(lane->starts.begin(), lane->starts.end());
    lane->starts.erase(std::unique(lane->starts.begin(), lane->starts.end()), lane->starts.end());
    lane->first_unit = unit_count_;
    unit_count_ += lane->starts.size();
  }

  size_t UnitOf(const Lane& lane, uint32_t start) const {
    return lane.first_unit +
           static_cast<size_t>(std::lower_bound(lane.starts.begin(), lane.starts.end(), start) -
                               lane.starts.begin());
  }

  void FindUnits(const Lane& lane) {
    for (const uint32_t s : lane.services) {
      const PortSet& ports = services_[s].ports;
      if (ports.is_any()) {
        units_of_service_[s].push_back({lane.first_unit, lane.first_unit + lane.starts.size() - 1});
      }
      for (const PortRange& range : ports.ranges()) {
        units_of_service_[s].push_back(
            {UnitOf(lane, range.first), UnitOf(lane, range.last + 1u) - 1});
      }
    }
  }

  size_t CoveredUnits() const {
    size_t covered = 0;
    for (const std::vector<UnitRun>& units : units_of_service_) {
      for (const UnitRun& run : units) covered += run.last - run.first + 1;
    }
    return covered;
  }

  // Partition refinement: of each class, the units that the service has move
  // to a class of their own.
  void Refine(const std::vector<UnitRun>& units) {
    absl::flat_hash_map<uint32_t, uint32_t> moved;
    for (const UnitRun& run : units) {
      for (size_t unit = run.first; unit <= run.last; ++unit) {
        const auto [at, is_new] = moved.try_emplace(class_of_unit_[unit], next_class_);
        if (is_new) ++next_class_;
        class_of_unit_[unit] = at->second;
      }
    }
  }

  // Numbers anew in the order of first occurrence.
  void NumberClasses() {
    absl::flat_hash_map<uint32_t, uint32_t> numbers;
    for (uint32_t& id : class_of_unit_) {
      classes_before_.push_back(static_cast<uint32_t>(numbers.size()));
      id = numbers.try_emplace(id, static_cast<uint32_t>(numbers.size())).first->second;
    }
    arrays_.class_count = static_cast<uint32_t>(numbers.size());
    classes_before_.push_back(arrays_.class_count);
  }

  // Where a class occurs, the same services have it everywhere; so a service
  // has exactly the classes that first occur in its units.
  std::vector<ClassRun> RunsOf(const std::vector<UnitRun>& units) const {
    std::vector<ClassRun> runs;
    for (const UnitRun& run : units) {
      const uint32_t first = classes_before_[run.first];
      const uint32_t end = classes_before_[run.last + 1];
      if (first == end) continue;
      if (!runs.empty() && runs.back().last + 1 == first) {
        runs.back().last = end - 1;
      } else {
        runs.push_back({first, end - 1});
      }
    }
    return runs;
  }

  void WritePages(const Lane& lane) {
    size_t unit = 0;  // the one that the page begins in
    for (uint32_t page = 0; page < ServiceTable::kPagesOfLane; ++page) {
      const uint32_t first = page * ServiceTable::kPageSize;
      const uint32_t last = std::min(first + ServiceTable::kPageSize, kPorts) - 1;
      while (unit + 1 < lane.starts.size() && lane.starts[unit + 1] <= first) ++unit;
      const bool uniform = unit + 1 == lane.starts.size() || lane.starts[unit + 1] > last;
      arrays_.lane_pages.push_back(uniform ? UniformPage(class_of_unit_[lane.first_unit + unit])
                                           : PageNumber(PageFrom(lane, unit, first)));
    }
  }

  std::vector<uint32_t> PageFrom(const Lane& lane, size_t unit, uint32_t first) const {
    std::vector<uint32_t> classes;
    for (uint32_t i = 0; i < ServiceTable::kPageSize; ++i) {
      const uint32_t port = std::min(first + i, kPorts - 1);
      while (unit + 1 < lane.starts.size() && lane.starts[unit + 1] <= port) ++unit;
      classes.push_back(class_of_unit_[lane.first_unit + unit]);
    }
    return classes;
  }

  uint32_t UniformPage(uint32_t id) {
    const auto known = uniform_pages_.find(id);
    if (known != uniform_pages_.end()) return known->second;
    const uint32_t page = PageNumber(std::vector<uint32_t>(ServiceTable::kPageSize, id));
    uniform_pages_[id] = page;
    return page;
  }

  uint32_t PageNumber(const std::vector<uint32_t>& classes) {
    const auto [at, is_new] =
        page_numbers_.try_emplace(classes, static_cast<uint32_t>(page_numbers_.size()));
    if (is_new) arrays_.pages.insert(arrays_.pages.end(), classes.begin(), classes.end());
    return at->second;
  }

  const std::vector<Service>& services_;
  std::vector<Lane> lanes_;
  size_t unit_count_ = 0;
  uint32_t next_class_ = 1;
  std::vector<uint32_t> class_of_unit_;
  std::vector<uint32_t> classes_before_;  // by unit: how many classes occur before it
  std::vector<std::vector<UnitRun>> units_of_service_;
  std::map<std::vector<uint32_t>, uint32_t> page_numbers_;
  absl::flat_hash_map<uint32_t, uint32_t> uniform_pages_;  // class -> page
  ServiceArrays arrays_;
};

}  // namespace

ServiceArrays BuildServiceTable(const std::vector<Service>& services) {
  return ServiceBuilder(services).Build();
}

}  // namespace allowmatch
