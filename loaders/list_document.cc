#include "loaders/list_document.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "rules/quoting.h"

namespace allowmatch {

const ListNode* ListNode::Find(absl::string_view key) const {
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].text == key) return &items[i];
  }
  return nullptr;
}

std::vector<const ListNode*> ListNode::AsList() const {
  if (kind != Kind::kList) return {this};
  std::vector<const ListNode*> list;
  list.reserve(items.size());
  for (const ListNode& item : items) list.push_back(&item);
  return list;
}

Position PlaceCounter::At(size_t offset) {
  for (; at_ < offset && at_ < text_.size(); ++at_) {
    if (text_[at_] != '\n') continue;
    ++line_;
    line_start_ = at_ + 1;
  }
  return {line_, 1 + static_cast<int>(at_ - line_start_)};
}

bool HasDuplicateKey(const ListNode& node, DocumentError* error) {
  std::vector<const ListNode::Key*> keys;
  for (const ListNode::Key& key : node.keys) keys.push_back(&key);
  std::stable_sort(keys.begin(), keys.end(),
                   [](const auto* a, const auto* b) { return a->text < b->text; });
  const auto twice = std::adjacent_find(
      keys.begin(), keys.end(), [](const auto* a, const auto* b) { return a->text == b->text; });
  if (twice == keys.end()) return false;
  *error = {(*(twice + 1))->at, absl::StrCat("the key ", ShowText((*twice)->text), " stands twice")};
  return true;
}

}  // namespace allowmatch
