#include "bench/names.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "bench/logged_names.h"
#include "tests/name_lists.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

constexpr const char* kEnds[] = {"com", "net", "org", "example", "co.uk", "io"};

std::string Word(Random* random, size_t size) {
  std::string word;
  while (word.size() < size) word += "abcdefghijklmnopqrstuvwxyz0123456789"[random->Below(36)];
  return word;
}

// The last `labels` of a name; all of it if it has no more.
absl::string_view LastLabels(absl::string_view name, int labels) {
  size_t begin = name.size();
  for (; labels > 0; --labels) {
    const size_t dot = begin == 0 ? absl::string_view::npos : name.rfind('.', begin - 1);
    if (dot == absl::string_view::npos) return name;
    begin = dot;
  }
  return name.substr(begin + 1);
}

class Draw {
 public:
  Draw(NameMix mix, const std::vector<std::string>& listed)
      : mix_(mix), listed_(listed), known_(listed.begin(), listed.end()), random_(7) {}

  Names Run(size_t count) {
    Names names;
    while (names.count() < count) names.Add(AsSent(One(mix_)));
    return names;
  }

 private:
  std::string One(NameMix mix) {
    switch (mix) {
      case NameMix::kHits:
        return Popular();
      case NameMix::kUniform:
      case NameMix::kLogs:
        return random_.Of(listed_);
      case NameMix::kBelow:
        return Below();
      case NameMix::kMisses:
        return Missing();
      case NameMix::kHalf:
        return Half();
      case NameMix::kMixed:
        break;
    }
    static constexpr NameMix kParts[] = {NameMix::kHits, NameMix::kBelow, NameMix::kMisses};
    return One(kParts[random_.Below(3)]);
  }

  // The rank r comes with a frequency of 1/r; which name has which rank is scattered.
  const std::string& Popular() {
    const double part = static_cast<double>(random_.Below(1 << 30)) / (1 << 30);
    const double rank = std::pow(static_cast<double>(listed_.size()), part) - 1;
    return listed_[static_cast<size_t>(rank) * 2654435761u % listed_.size()];
  }

  std::string Below() {
    std::string name = Popular();
    for (uint64_t labels = 1 + random_.Below(3); labels > 0; --labels) {
      name =
          absl::StrCat(random_.OneIn(2) ? "www" : Word(&random_, 1 + random_.Below(8)), ".", name);
    }
    return name;
  }

  std::string Missing() {
    while (true) {
      std::string name = NearlyListed(random_.Of(listed_));
      if (!IsListed(name)) return name;
    }
  }

  // Another name below the last two labels, a name that ends in the same letters, or one
  // that shares the last label alone.
  std::string NearlyListed(const std::string& listed) {
    const std::string word = Word(&random_, 3 + random_.Below(10));
    const uint64_t way = random_.Below(4);
    if (way < 2) return absl::StrCat(word, ".", LastLabels(listed, 2));
    if (way == 2) return absl::StrCat(word, listed);
    return absl::StrCat(word, ".", LastLabels(listed, 1));
  }

  bool IsListed(absl::string_view name) const {
    while (true) {
      if (known_.contains(name)) return true;
      const size_t dot = name.find('.');
      if (dot == absl::string_view::npos) return false;
      name.remove_prefix(dot + 1);
    }
  }

  std::string Half() {
    const std::string name = random_.OneIn(2) ? random_.Of(listed_)
                                              : absl::StrCat(Word(&random_, 3 + random_.Below(12)),
                                                             ".", kEnds[random_.Below(6)]);
    if (random_.OneIn(2)) return name;
    return absl::StrCat(Word(&random_, 2 + random_.Below(6)), ".", name);
  }

  std::string AsSent(std::string name) {
    if (random_.OneIn(16)) {
      for (char& c : name) c = random_.OneIn(2) ? absl::ascii_toupper(c) : c;
    }
    if (random_.OneIn(64)) name += '.';
    return name;
  }

  const NameMix mix_;
  const std::vector<std::string>& listed_;
  const absl::flat_hash_set<absl::string_view> known_;
  Random random_;
};

void AddRule(const std::string& text, Policy* policy) {
  PolicyOptions options;
  options.allow_broad = true;
  Pattern pattern;
  if (ReadPattern(text, options, &pattern) != Fault::kNone) return;
  policy->rules.emplace_back();
  policy->rules.back().to.emplace_back(std::move(pattern));
}

// FNV-1a, and a step that spreads it over the high bits, by which names are sorted.
uint64_t HashOf(absl::string_view name) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return (hash ^ hash >> 32) * 0x9e3779b97f4a7c15u;
}

}  // namespace

void Names::Add(absl::string_view name) {
  offset.push_back(static_cast<uint32_t>(bytes.size()));
  size.push_back(static_cast<uint16_t>(name.size()));
  bytes.append(name.data(), name.size());
}

std::vector<std::string> ListedNames(const Policy& policy) {
  std::vector<std::string> names;
  for (const Rule& rule : policy.rules) {
    for (const Destination& to : rule.to) {
      const auto* const pattern = std::get_if<Pattern>(&to);
      if (pattern != nullptr) names.push_back(absl::StrReplaceAll(pattern->body(), {{"*", "q"}}));
    }
  }
  return names;
}

Names MakeNames(NameMix mix, const std::vector<std::string>& listed, size_t count) {
  const std::vector<std::string>& from = mix == NameMix::kLogs ? LoggedNames() : listed;
  return from.empty() ? Names() : Draw(mix, from).Run(count);
}

std::vector<std::string> MadeUpNames(size_t count) {
  Random random(count);
  absl::flat_hash_set<std::string> names;
  while (names.size() < count) {
    std::string name = Word(&random, 4 + random.Below(12));
    if (random.OneIn(2)) absl::StrAppend(&name, ".", Word(&random, 2));
    names.insert(absl::StrCat(name, ".", kEnds[random.Below(6)]));
  }
  std::vector<std::string> sorted(names.begin(), names.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

std::vector<std::string> PartialPatterns(size_t count) {
  std::vector<std::string> patterns;
  for (size_t i = 0; i < count; ++i) {
    patterns.push_back(absl::StrCat("*-t", i, i % 2 == 0 ? ".a.example" : ".b.example"));
  }
  return patterns;
}

Policy NameListPolicy(const std::vector<std::string>& names, size_t partials) {
  Policy policy;
  if (names.empty()) return policy;
  for (const std::string& name : names) AddRule(absl::StrCat(".", name), &policy);
  for (const std::string& pattern : PartialPatterns(partials)) AddRule(pattern, &policy);
  policy.Canonicalize();
  return policy;
}

std::vector<std::string> SampleOfSharedNames(size_t limit) {
  std::vector<std::string> names = SharedNames(1);
  if (limit == 0 || limit >= names.size()) return names;
  std::vector<std::pair<uint64_t, size_t>> order;
  for (size_t i = 0; i < names.size(); ++i) order.emplace_back(HashOf(names[i]), i);
  std::sort(order.begin(), order.end());
  std::vector<std::string> sample;
  for (size_t i = 0; i < limit; ++i) sample.push_back(names[order[i].second]);
  return sample;
}

}  // namespace allowmatch
