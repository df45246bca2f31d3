#include "cli/inspect.h"

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "cli/image_facts.h"
#include "cli/policy_source.h"
#include "rules/json_string.h"

namespace allowmatch {
namespace {

struct InspectFlags {
  std::string file;
  bool json = false;
  bool rules = false;
};

// What is counted, in the order in which it is printed. The key is that of the
// JSON form.
struct Counted {
  const char* key;
  uint64_t count;
};

std::vector<Counted> CountsOf(const Database& database, const ImageFacts& facts) {
  const DatabaseMeta& meta = database.meta();
  return {{"rules", meta.rule_count},
          {"active_rules", meta.active_rule_count},
          {"ranks", meta.rank_count},
          {"deny_ranks", meta.deny_count},
          {"address_classes", facts.Elements(SectionId::kAddressClasses)},
          {"name_classes", facts.Elements(SectionId::kNameClasses)},
          {"service_classes", meta.service_class_count},
          {"rows", meta.row_count},
          {"inbound_rows", meta.inbound_count},
          {"local_classes", meta.local_count}};
}

// "active_rules" -> "active rules".
std::string Words(std::string key) {
  for (char& c : key) c = c == '_' ? ' ' : c;
  return key;
}

// Opened files have known sections only.
std::string NameOf(const SectionFacts& section) { return SectionName(section.id); }

double Share(uint64_t bytes, const Database& database) {
  return 100.0 * static_cast<double>(bytes) / static_cast<double>(database.bytes().size());
}

class Text {
 public:
  void Line(absl::string_view key, absl::string_view value) {
    absl::StrAppendFormat(&text_, "%-16s %s\n", key, value);
  }
  void Row(absl::string_view name, absl::string_view elements, uint64_t bytes, double share) {
    absl::StrAppendFormat(&text_, "  %-16s %12s %14s %6.1f %%\n", name, elements, Thousands(bytes),
                          share);
  }
  void Raw(absl::string_view text) { absl::StrAppend(&text_, text); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string AsText(const LoadedPolicy& loaded, const ImageFacts& facts) {
  const Database& database = loaded.database;
  const std::string selection(database.selection());
  const std::vector<std::string> dates = PolicyDates(loaded.policy, loaded.active);
  Text out;
  out.Line("file", absl::StrCat(loaded.name, ", ", Thousands(database.bytes().size()), " bytes"));
  out.Line("format", absl::StrCat(kImageFormat, ", semantics ", kImageSemantics));
  out.Line("digest", absl::StrFormat("%016x", database.policy_digest()));
  out.Line("selection", selection.empty() ? "none: the defaults" : selection);
  if (!dates.empty()) out.Line("as of", absl::StrJoin(dates, ", "));
  for (const Counted& one : CountsOf(database, facts)) {
    out.Line(Words(one.key), Thousands(one.count));
  }
  out.Line("IPv4", AddressShape(facts, Family::kV4));
  out.Line("IPv6", AddressShape(facts, Family::kV6));
  out.Line("verdicts", VerdictShape(database));
  out.Line("kernel", absl::StrCat(KernelName(database.kernel()), ", on this machine"));
  out.Raw(absl::StrFormat("\n  %-16s %12s %14s %8s\n", "section", "elements", "bytes", "share"));
  for (const SectionFacts& section : facts.sections) {
    out.Row(NameOf(section), Thousands(section.elements), section.bytes,
            Share(section.bytes, database));
  }
  out.Raw("\n");
  out.Row("lookups", "", facts.lookup_bytes, Share(facts.lookup_bytes, database));
  out.Row("rules themselves", "", facts.metadata_bytes, Share(facts.metadata_bytes, database));
  out.Row("header, padding", "", facts.frame_bytes, Share(facts.frame_bytes, database));
  return out.text();
}

std::string SectionJson(const SectionFacts& section) {
  return absl::StrCat("{\"id\":", static_cast<uint32_t>(section.id),
                      ",\"name\":", JsonString(NameOf(section)), ",\"elements\":", section.elements,
                      ",\"bytes\":", section.bytes,
                      ",\"metadata\":", IsRuleMetadata(section.id) ? "true" : "false", "}");
}

std::string AsJson(const LoadedPolicy& loaded, const ImageFacts& facts) {
  const Database& database = loaded.database;
  std::vector<std::string> members;
  const auto add = [&members](absl::string_view key, absl::string_view json) {
    members.push_back(absl::StrCat("\"", key, "\":", json));
  };
  add("file", JsonString(loaded.name));
  add("bytes", absl::StrCat(database.bytes().size()));
  add("format", absl::StrCat(kImageFormat));
  add("semantics", absl::StrCat(kImageSemantics));
  add("digest", absl::StrFormat("\"%016x\"", database.policy_digest()));
  add("selection", JsonString(database.selection()));
  add("dates", absl::StrCat("[",
                            absl::StrJoin(PolicyDates(loaded.policy, loaded.active), ",",
                                          [](std::string* out, const std::string& date) {
                                            out->append(JsonString(date));
                                          }),
                            "]"));
  for (const Counted& one : CountsOf(database, facts)) add(one.key, absl::StrCat(one.count));
  add("ipv4", JsonString(AddressShape(facts, Family::kV4)));
  add("ipv6", JsonString(AddressShape(facts, Family::kV6)));
  add("verdicts", JsonString(VerdictShape(database)));
  add("kernel", JsonString(KernelName(database.kernel())));
  add("lookup_bytes", absl::StrCat(facts.lookup_bytes));
  add("metadata_bytes", absl::StrCat(facts.metadata_bytes));
  add("frame_bytes", absl::StrCat(facts.frame_bytes));
  add("sections", absl::StrCat("[",
                               absl::StrJoin(facts.sections, ",",
                                             [](std::string* out, const SectionFacts& section) {
                                               out->append(SectionJson(section));
                                             }),
                               "]"));
  return absl::StrCat("{", absl::StrJoin(members, ","), "}\n");
}

int Inspect(const InspectFlags& flags) {
  const absl::StatusOr<LoadedPolicy> loaded = LoadCompiled(flags.file);
  if (!loaded.ok()) {
    std::fprintf(stderr, "%s\n", std::string(loaded.status().message()).c_str());
    return 2;
  }
  const ImageFacts facts = FactsOf(loaded->database);
  const std::string out = flags.rules  ? std::string(loaded->database.rules_text())
                          : flags.json ? AsJson(*loaded, facts)
                                       : AsText(*loaded, facts);
  const bool wrote = std::fwrite(out.data(), 1, out.size(), stdout) == out.size();
  if (wrote && std::fflush(stdout) == 0) return 0;
  std::fprintf(stderr, "stdout: cannot write\n");
  return 2;
}

}  // namespace

void AddInspect(CLI::App* app, int* exit_code) {
  auto flags = std::make_shared<InspectFlags>();
  CLI::App* const inspect = app->add_subcommand(
      "inspect",
      "What is in a database file?\n\n"
      "  allowmatch inspect office.amdb\n"
      "  allowmatch inspect --json office.amdb\n"
      "  allowmatch inspect --rules office.amdb > office.rules   # compiles to the same bytes\n");
  inspect->add_option("FILE", flags->file, "A file that allowmatch compile wrote")->required();
  CLI::Option* const json = inspect->add_flag("--json", flags->json, "One JSON object");
  inspect->add_flag("--rules", flags->rules, "The rules in it, active or not, as .rules text")
      ->excludes(json);
  inspect->callback([flags, exit_code] { *exit_code = Inspect(*flags); });
}

}  // namespace allowmatch
