#include "loaders/list_document.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace allowmatch {
namespace {

// The tree on one line, with places: {key@1:2:"text"@1:7}.
std::string Show(const ListNode& node) {
  std::string out;
  switch (node.kind) {
    case ListNode::Kind::kString: absl::StrAppend(&out, "\"", node.text, "\""); break;
    case ListNode::Kind::kOther: absl::StrAppend(&out, node.text); break;
    case ListNode::Kind::kList:
    case ListNode::Kind::kMap:
      out += node.kind == ListNode::Kind::kList ? "[" : "{";
      for (size_t i = 0; i < node.items.size(); ++i) {
        if (i > 0) out += " ";
        if (i < node.keys.size()) {
          absl::StrAppend(&out, node.keys[i].text, "@", node.keys[i].at.line, ":",
                          node.keys[i].at.column, ":");
        }
        out += Show(node.items[i]);
      }
      out += node.kind == ListNode::Kind::kList ? "]" : "}";
  }
  return absl::StrCat(out, "@", node.at.line, ":", node.at.column);
}

std::string Json(absl::string_view text, const DocumentLimits& limits = {}) {
  ListNode root;
  DocumentError error;
  if (ReadJsonDocument(text, &root, &error, limits)) return Show(root);
  return absl::StrCat(error.at.line, ":", error.at.column, ": ", error.what);
}

std::string Yaml(absl::string_view text, const DocumentLimits& limits = {}) {
  std::vector<ListNode> roots;
  DocumentError error;
  if (!ReadYamlDocuments(text, &roots, &error, limits)) {
    return absl::StrCat(error.at.line, ":", error.at.column, ": ", error.what);
  }
  std::string out;
  for (const ListNode& root : roots) absl::StrAppend(&out, out.empty() ? "" : " ", Show(root));
  return out;
}

TEST(ListDocument, JsonWithPlaces) {
  EXPECT_EQ(Json("{\"a\": [1, true,\n  \"x\\ty\"], \"\xc3\xbc\": {}}"),
            "{a@1:2:[1@1:8 true@1:11 \"x\ty\"@2:3]@1:7 \xc3\xbc@2:12:{}@2:18}@1:1");
}

TEST(ListDocument, YamlWithPlaces) {
  EXPECT_EQ(Yaml("a:\n- 1\n- 'x'\n\xc3\xbc: {b: ''}\n---\nc\n"),
            "{a@1:1:[\"1\"@2:3 \"x\"@3:3]@2:1 \xc3\xbc@4:1:{b@4:6:\"\"@4:9}@4:5}@1:1 \"c\"@6:1");
}

TEST(ListDocument, KeysStandOnce) {
  EXPECT_EQ(Json("{\"a\": 1,\n \"\\u0061\": 2}"), "2:2: the key \"a\" stands twice");
  EXPECT_EQ(Yaml("a: 1\nb: 2\na: 3\n"), "3:1: the key \"a\" stands twice");
}

TEST(ListDocument, WhatIsNoYamlHere) {
  EXPECT_EQ(Yaml("a: &x [1]\nb: *x\n"), "2:4: aliases are not accepted");
  EXPECT_EQ(Yaml("[a, b]: c\n"), "1:1: a key is a word");
  EXPECT_EQ(Yaml("a: [b\n").substr(0, 22), "2:1: this is not YAML:");
}

TEST(ListDocument, LimitsHold) {
  DocumentLimits limits;
  limits.nodes = 4;
  EXPECT_EQ(Json("[1, 2, 3]", limits), "[1@1:2 2@1:5 3@1:8]@1:1");
  EXPECT_EQ(Json("[1, 2, 3, 4]", limits), "1:11: it has too many parts");
  EXPECT_EQ(Yaml("[1, 2, 3, 4]", limits), "1:11: it has too many parts");
  limits.bytes = 4;
  EXPECT_EQ(Json("[12]", limits), "[12@1:2]@1:1");
  EXPECT_EQ(Json("[123]", limits), "0:0: the document is too large");
  EXPECT_EQ(Yaml("[123]", limits), "0:0: the document is too large");
}

TEST(ListDocument, DepthIsBounded) {
  const std::string deepest = std::string(64, '[') + std::string(64, ']');
  EXPECT_EQ(Yaml(deepest), Json(deepest));
  EXPECT_EQ(Yaml("[" + deepest + "]"), "1:65: it is nested too deeply");
  EXPECT_NE(Json("[" + deepest + "]").find("deep"), std::string::npos);
}

TEST(ListDocument, FindAndAsList) {
  ListNode root;
  DocumentError error;
  ASSERT_TRUE(ReadJsonDocument("{\"a\": [1, 2], \"b\": 3}", &root, &error));
  EXPECT_EQ(root.Find("a")->AsList().size(), 2u);
  EXPECT_EQ(root.Find("b")->AsList().size(), 1u);
  EXPECT_EQ(root.Find("c"), nullptr);
  EXPECT_EQ(root.Find("b")->Find("x"), nullptr);
}

}  // namespace
}  // namespace allowmatch
