#include "loaders/page_cells.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace allowmatch {
namespace {

using Kind = PageAtom::Kind;

// 255.x.y.z stands for no host.
bool IsNetmask(const AddressRange& range) {
  int length = 0;
  return range.IsSingle() && range.first.is_v4() && range.first.v4() >> 24 == 255 &&
         NetmaskLength(range.first, &length) == Fault::kNone;
}

bool FromToken(const PageToken& token, Kind* kind) {
  switch (token.kind) {
    case PageToken::Kind::kNetwork:
      *kind = IsNetmask(token.range) ? Kind::kNetmask : Kind::kNetwork;
      return true;
    case PageToken::Kind::kName: *kind = Kind::kName; return true;
    case PageToken::Kind::kDamaged: *kind = Kind::kName; return true;
    case PageToken::Kind::kNumber: *kind = Kind::kNumber; return true;
    case PageToken::Kind::kProtocol: *kind = Kind::kProtocol; return true;
    case PageToken::Kind::kWebWord: return false;
    case PageToken::Kind::kBesides: return false;
  }
  return false;
}

// Words that fill a requirement or direction cell: they begin a cell, hence
// with a capital letter.
struct CellWord {
  absl::string_view word;
  Kind kind;
};
const CellWord kCellWords[] = {
    {"Required for region", Kind::kRequire}, {"Not required", Kind::kRequire},
    {"Mandatory", Kind::kRequire},  {"Required", Kind::kRequire}, {"Recommended", Kind::kRequire},
    {"Optional", Kind::kRequire},   {"Conditional", Kind::kRequire}, {"Yes", Kind::kRequire},
    {"No", Kind::kRequire},         {"YES", Kind::kRequire},      {"NO", Kind::kRequire},
    {"MANDATORY", Kind::kRequire},  {"OPTIONAL", Kind::kRequire},
    {"Ja", Kind::kRequire}, {"Nein", Kind::kRequire}, {"Oui", Kind::kRequire}, {"Non", Kind::kRequire},
    {"Bi-directional", Kind::kDirection}, {"Bidirectional", Kind::kDirection},
    {"Outbound", Kind::kDirection}, {"Outgoing", Kind::kDirection}, {"Egress", Kind::kDirection},
    {"Inbound", Kind::kDirection},  {"Incoming", Kind::kDirection}, {"Ingress", Kind::kDirection},
    {"Both", Kind::kDirection},     {"Any", Kind::kAny},          {"ANY", Kind::kAny},
    {"Anywhere", Kind::kAny},       {"All", Kind::kAny},
};

bool EndsWord(absl::string_view text, size_t end, bool glued) {
  if (end >= text.size() || !absl::ascii_isalnum(text[end])) return true;
  return glued && (absl::ascii_isupper(text[end]) || absl::ascii_isdigit(text[end]));
}

bool BeginsWord(absl::string_view text, size_t begin, bool glued) {
  if (begin == 0 || !absl::ascii_isalnum(text[begin - 1])) return true;
  return glued;
}

bool Overlaps(const std::vector<PageAtom>& atoms, size_t begin, size_t end) {
  return std::any_of(atoms.begin(), atoms.end(), [begin, end](const PageAtom& atom) {
    return begin < atom.end && atom.begin < end;
  });
}

void AddCellWords(absl::string_view text, bool glued, std::vector<PageAtom>* atoms) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (!absl::ascii_isupper(text[at])) continue;
    for (const CellWord& entry : kCellWords) {
      if (!absl::StartsWith(text.substr(at), entry.word)) continue;
      const size_t end = at + entry.word.size();
      if (!BeginsWord(text, at, glued) || !EndsWord(text, end, glued)) continue;
      if (Overlaps(*atoms, at, end)) break;
      atoms->push_back({entry.kind, at, end});
      at = end - 1;
      break;
    }
    if (!glued || at >= text.size() || !absl::ascii_isupper(text[at])) continue;
    const size_t size = RegionPrefix(text.substr(at));
    if (size != 0 && EndsWord(text, at + size, glued) && !Overlaps(*atoms, at, at + size)) {
      atoms->push_back({Kind::kRegion, at, at + size});
    }
  }
}

void AddPhrase(const PagePhrase& at, Kind kind, std::vector<PageAtom>* atoms) {
  if (!Overlaps(*atoms, at.begin, at.end)) atoms->push_back({kind, at.begin, at.end});
}

// Which kinds of column take an atom, best first.
std::vector<PageColumn> ColumnsOf(Kind kind) {
  switch (kind) {
    case Kind::kNetwork: return {PageColumn::kAddress, PageColumn::kHost};
    case Kind::kNetmask:
      return {PageColumn::kNetmask, PageColumn::kAddress, PageColumn::kHost};
    case Kind::kName: return {PageColumn::kHost, PageColumn::kAddress};
    case Kind::kNumber: return {PageColumn::kPort, PageColumn::kSourcePort};
    case Kind::kProtocol: return {PageColumn::kProtocol, PageColumn::kPort};
    case Kind::kRequire: return {PageColumn::kRequire};
    case Kind::kDirection: return {PageColumn::kDirection};
    case Kind::kRegion: return {PageColumn::kRegion};
    case Kind::kAny:
      return {PageColumn::kHost, PageColumn::kAddress, PageColumn::kPort, PageColumn::kSource};
    case Kind::kReference: return {PageColumn::kAddress, PageColumn::kHost};
  }
  return {};
}

}  // namespace

std::vector<PageAtom> ReadAtoms(absl::string_view text, bool glued) {
  std::vector<PageAtom> atoms;
  TokenOptions options;
  options.glued = glued;
  for (const PageToken& token : ScanPageTokens(text, options)) {
    Kind kind;
    if (FromToken(token, &kind)) atoms.push_back({kind, token.begin, token.end});
  }
  PagePhrase at;
  if (text.size() < 4096) {
    if (FindBackReference(text, &at) != 0) AddPhrase(at, Kind::kReference, &atoms);
    AddCellWords(text, glued, &atoms);
    for (size_t from = 0; from < text.size() && !FindRegion(text.substr(from), &at).empty();) {
      AddPhrase({from + at.begin, from + at.end}, Kind::kRegion, &atoms);
      from += at.end;
    }
  }
  std::sort(atoms.begin(), atoms.end(),
            [](const PageAtom& a, const PageAtom& b) { return a.begin < b.begin; });
  return atoms;
}

bool IsTextColumn(PageColumn column) {
  return column == PageColumn::kText || column == PageColumn::kService ||
         column == PageColumn::kDescription || column == PageColumn::kSource;
}

int FindColumn(const std::vector<PageHeader>& columns, const PageAtom& atom, int from) {
  for (const PageColumn wanted : ColumnsOf(atom.kind)) {
    for (size_t i = static_cast<size_t>(std::max(from, 0)); i < columns.size(); ++i) {
      if (columns[i].column == wanted) return static_cast<int>(i);
    }
  }
  return -1;
}

}  // namespace allowmatch
