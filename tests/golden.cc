#include "tests/golden.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"

namespace allowmatch {

std::vector<GoldenImage> GoldenImages() {
  const Address server = Address::V4(0xc0000204);  // 192.0.2.4
  CompileOptions shapes;
  shapes.self = {AddressRange::Of(server)};
  shapes.form = VerdictForm::kShapes;
  CompileOptions lists = shapes;
  lists.form = VerdictForm::kLists;
  lists.ip4_form = Ip4Form::kTrie;
  CompileOptions selected;
  selected.selection.regions = {"eu"};
  selected.selection.profiles = {{"one", "wide"}};
  selected.basis_both = true;
  return {{"mixed.rules", "mixed_shapes.amdb", shapes},
          {"mixed.rules", "mixed_lists.amdb", lists},
          {"selected.rules", "selected.amdb", selected}};
}

absl::StatusOr<Image> CompileGolden(const GoldenImage& golden, const std::string& folder) {
  std::stringstream text;
  text << std::ifstream(absl::StrCat(folder, "/", golden.rules)).rdbuf();
  Policy policy;
  Diagnostics errors;
  if (!ParseRules(text.str(), golden.rules, {}, &policy, &errors)) {
    return absl::InvalidArgumentError(errors.front().ToString());
  }
  policy.Canonicalize();
  return Compile(policy, golden.options);
}

}  // namespace allowmatch
