#include "tests/name_lists.h"

#include <zlib.h>

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "matcher/matcher.h"
#include "rules/compile.h"

namespace allowmatch {
namespace {

const char* const kForms[] = {"", "*.", "."};

Rule RuleOf(const std::string& pattern_text) {
  Rule rule;
  Pattern pattern;
  if (ParsePattern(pattern_text, &pattern) != Fault::kNone) std::abort();
  rule.to.emplace_back(pattern);
  return rule;
}

Database CompileRules(std::vector<Rule> rules, Policy* policy) {
  policy->rules = std::move(rules);
  policy->Canonicalize();
  CompileOptions options;
  options.allow_broad = true;
  absl::StatusOr<Image> image = Compile(*policy, options);
  if (!image.ok()) std::abort();
  absl::StatusOr<Database> database = Database::Open(*std::move(image));
  if (!database.ok()) std::abort();
  return *std::move(database);
}

bool IsNameChar(char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_'; }

// Lower case without a final dot; empty if it is no name.
std::string Plain(std::string name) {
  if (!name.empty() && name.back() == '.') name.pop_back();
  if (name.size() > 253) return "";
  size_t label = 0;
  for (char& c : name) {
    label = c == '.' ? 0 : label + 1;
    if ((c == '.' && (&c == &name[0] || (&c)[-1] == '.')) || label > 63) return "";
    if (c != '.' && !IsNameChar(c)) return "";
    c = absl::ascii_tolower(c);
  }
  return label == 0 ? "" : name;
}

// Null if there is none.
gzFile OpenNames() {
  const char* const shared = std::getenv("ALLOWMATCH_SHARED");
  if (shared == nullptr) return nullptr;
  return gzopen(absl::StrCat(shared, "/data/names/names-1.29M.txt.gz").c_str(), "rb");
}

}  // namespace

bool HasSharedNames() {
  const gzFile file = OpenNames();
  if (file != nullptr) gzclose(file);
  return file != nullptr;
}

std::vector<std::string> SharedNames(size_t step) {
  std::vector<std::string> names;
  const gzFile file = OpenNames();
  if (file == nullptr) return names;
  char line[512];
  for (size_t i = 0; gzgets(file, line, sizeof(line)) != nullptr; ++i) {
    Pattern pattern;
    const absl::string_view name = absl::StripTrailingAsciiWhitespace(line);
    if (i % step == 0 && ParsePattern(name, &pattern) == Fault::kNone) names.emplace_back(name);
  }
  gzclose(file);
  return names;
}

NameList::NameList(const std::vector<std::string>& names, bool all_forms,
                   const std::vector<std::string>& others)
    : database_([&] {
        std::vector<Rule> rules;
        for (const std::string& name : names) {
          const Form form = all_forms ? static_cast<Form>(listed_.size() % 3) : kBoth;
          if (!listed_.try_emplace(name, Listed{form, 0}).second) continue;
          rules.push_back(RuleOf(absl::StrCat(kForms[form], name)));
        }
        for (const std::string& pattern : others) rules.push_back(RuleOf(pattern));
        Policy policy;
        Database database = CompileRules(std::move(rules), &policy);
        for (uint32_t id = 0; id < policy.rules.size(); ++id) {
          const Pattern& pattern = std::get<Pattern>(policy.rules[id].to[0]);
          const auto at = listed_.find(std::string(pattern.body()));
          if (at != listed_.end()) at->second.rule = id;
        }
        return database;
      }()) {}

uint32_t NameList::Expected(const std::string& name) const {
  std::string left = Plain(name);
  for (bool whole = true; !left.empty(); whole = false) {
    const auto at = listed_.find(left);
    if (at != listed_.end() && at->second.form != (whole ? kBelow : kExact)) {
      return at->second.rule;
    }
    const size_t dot = left.find('.');
    if (dot == std::string::npos) break;
    left.erase(0, dot + 1);
  }
  return kNoRuleId;
}

std::string NameList::Check(const std::vector<std::string>& names) const {
  std::vector<uint32_t> expected;
  for (const std::string& name : names) expected.push_back(Expected(name));
  for (const Kernel kernel : AvailableKernels()) {
    std::string different = CheckKernel(kernel, names, expected);
    if (!different.empty()) return different;
  }
  return "";
}

std::string NameList::CheckKernel(Kernel kernel, const std::vector<std::string>& names,
                                  const std::vector<uint32_t>& expected) const {
  const Matcher matcher(&database_, kernel);
  std::string bytes;
  std::vector<uint32_t> offset;
  std::vector<uint16_t> size;
  for (const std::string& name : names) {
    offset.push_back(static_cast<uint32_t>(bytes.size()));
    size.push_back(static_cast<uint16_t>(name.size()));
    bytes += name;
  }
  std::vector<uint32_t> rules(names.size());
  matcher.ListingRulesOfNames({bytes.data(), offset.data(), size.data()}, names.size(),
                              rules.data());
  for (size_t i = 0; i < names.size(); ++i) {
    uint32_t alone = rules[i];
    if (i % 16 == 0) {
      matcher.ListingRulesOfNames({bytes.data(), &offset[i], &size[i]}, 1, &alone);
    }
    if (rules[i] == expected[i] && alone == expected[i]) continue;
    return absl::StrCat(KernelName(kernel), ": ", names[i], ": ", rules[i], ", alone ", alone,
                        " instead of ", expected[i]);
  }
  return "";
}

std::vector<std::string> Mutations(const std::string& name) {
  std::vector<std::string> all = {name, absl::StrCat("www.", name), absl::StrCat(name, "."),
                                  absl::StrCat("evil", name), absl::AsciiStrToUpper(name),
                                  absl::StrCat(".", name), absl::StrCat(name, ".com")};
  const size_t dot = name.find('.');
  if (dot != std::string::npos) {
    all.push_back(name.substr(dot + 1));
    all.push_back(absl::StrCat(name.substr(0, dot), ".", name.substr(dot)));
  }
  const size_t middle = name.size() / 2;
  for (const char c : {'-', '.', '*', '\0', '\x80', 'q'}) {
    std::string off = name;
    off[middle] = c;
    all.push_back(off);
  }
  return all;
}

}  // namespace allowmatch
