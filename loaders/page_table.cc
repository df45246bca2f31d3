// Rows of a table -> groups of facts.
//
// Each row is read by the kinds of its columns. Then cells that were merged
// over several rows are put back: a cell that spans rows is printed once,
// either on its first row or, vertically centred, on a middle one.

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "loaders/page_cells.h"
#include "loaders/page_model.h"
#include "loaders/page_rows.h"
#include "loaders/page_scan.h"
#include "loaders/page_sentence.h"

namespace allowmatch {
namespace {

using Kind = PageToken::Kind;

// What the cells of one row say.
struct RowFacts {
  PageGroup group;
  bool has_service = false;      // states a protocol or port
  bool has_destination = false;  // states a destination, or a reference to some
  bool negative = false;
  bool unbound_port = false;     // "defined on your device"
  bool ambiguous = false;        // glued cells that could not be told apart
};

std::string CellText(const Page& page, const std::vector<PageSpan>& cell) {
  std::string text;
  for (const PageSpan& span : cell) {
    absl::StrAppend(&text, text.empty() ? "" : " ", page.Text(span));
  }
  return std::string(absl::StripAsciiWhitespace(text));
}

std::string Shortened(absl::string_view text) {
  std::string out(text.substr(0, text.find_first_of("(\n")));
  absl::StripAsciiWhitespace(&out);
  return out.size() <= 60 ? out : "";
}

class RowReader {
 public:
  RowReader(const PageTable& table, size_t context, Page* page)
      : table_(table), context_(context), page_(page) {}

  RowFacts Read(const PageRow& row) {
    RowFacts facts;
    facts.group.context = context_;
    facts.group.line = page_->lines[row.line].number;
    std::vector<size_t> service_facts;
    std::vector<size_t> source_ports;
    std::vector<size_t> targets;
    std::vector<size_t> remarks;
    std::string source_text;
    std::string region_text;
    std::string all_text;
    bool port_any = false;
    for (size_t i = 0; i < row.cells.size(); ++i) {
      if (row.cells[i].empty()) continue;
      const PageHeader& header = table_.columns[i];
      const std::string text = CellText(*page_, row.cells[i]);
      absl::StrAppend(&all_text, " ", text);
      std::vector<size_t> cell;
      for (const PageSpan& span : row.cells[i]) {
        const std::vector<size_t> added = page_->AddFacts(span, table_.glued);
        cell.insert(cell.end(), added.begin(), added.end());
      }
      for (const size_t fact : cell) {
        facts.ambiguous = facts.ambiguous || page_->facts[fact].token.ambiguous;
      }
      if (table_.glued) RefuseGluedName(row, i, cell, &facts);
      switch (Role(header, text, cell)) {
        case PageColumn::kProtocol:
        case PageColumn::kPort:
          port_any = port_any || (header.column == PageColumn::kPort && IsAnyWord(text));
          if (header.column == PageColumn::kPort && IsLeftToReader(text)) {
            facts.unbound_port = true;
            facts.group.only_for = OnlyFor(text);
            if (facts.group.only_for.empty()) {
              Settle(cell, "a port that the reader defines");
            } else {
              page_->Note(facts.group.line, "",
                          absl::StrCat("the port holds only for ", facts.group.only_for,
                                       "; elsewhere the reader defines it"));
              const std::vector<size_t> ports = PortFacts(cell, text, *page_);
              service_facts.insert(service_facts.end(), ports.begin(), ports.end());
            }
            break;
          }
          facts.group.attributes.direction = Either(facts.group.attributes.direction, FindDirection(text));
          if (!header.protocol.empty()) {
            AddColumnService(header, cell, &facts);
            break;
          }
          service_facts.insert(service_facts.end(), cell.begin(), cell.end());
          break;
        case PageColumn::kSourcePort:
          source_ports.insert(source_ports.end(), cell.begin(), cell.end());
          break;
        case PageColumn::kAddress:
        case PageColumn::kHost:
          ReadTarget(text, cell, &facts, &targets);
          break;
        case PageColumn::kSource:
          source_text = text;
          ReadSource(cell, &facts);
          break;
        case PageColumn::kNetmask: JoinNetmask(text, cell, targets); break;
        case PageColumn::kRequire: ReadRequire(text, &facts); break;
        case PageColumn::kDirection:
          facts.group.attributes.direction = FindDirection(text);
          if (IsWholeWord(text, "both")) facts.group.attributes.direction = RuleDirection::kBoth;
          break;
        case PageColumn::kRegion:
          facts.group.attributes.region = RegionOf(text);
          region_text = text;
          break;
        case PageColumn::kService:
          if (facts.group.service_label.empty()) facts.group.service_label = Shortened(text);
          remarks.insert(remarks.end(), cell.begin(), cell.end());
          break;
        case PageColumn::kDescription:
          ReadDescription(text, &facts);
          remarks.insert(remarks.end(), cell.begin(), cell.end());
          break;
        default:
          remarks.insert(remarks.end(), cell.begin(), cell.end());
          break;
      }
    }
    facts.negative = IsNegativeRemark(all_text);
    if (absl::EndsWith(facts.group.attributes.condition, "for region") && !region_text.empty()) {
      absl::StrAppend(&facts.group.attributes.condition, " ", region_text);
    }
    for (PageService& service : PairServices(service_facts, {}, page_)) {
      facts.group.services.push_back(std::move(service));
    }
    AddPortless(service_facts, port_any, &facts);
    AddSourcePorts(source_ports, &facts);
    facts.has_service = !facts.group.services.empty() || facts.unbound_port || facts.ambiguous;
    facts.group.needs_service = table_.Has(PageColumn::kPort) || table_.Has(PageColumn::kProtocol);
    std::vector<PageDestination> found = TakeDestinations(targets, page_);
    for (PageDestination& destination : found) {
      facts.group.destinations.push_back(std::move(destination));
    }
    facts.has_destination = facts.has_destination || !facts.group.destinations.empty() ||
                            facts.group.back_reference != 0 || !facts.group.target.empty();
    Orient(source_text, &facts);
    Settle(remarks, "in a description");
    return facts;
  }

 private:
  static std::optional<RuleDirection> Either(std::optional<RuleDirection> a,
                                             std::optional<RuleDirection> b) {
    return a.has_value() ? a : b;
  }

  static bool IsWholeWord(absl::string_view text, absl::string_view word) {
    return absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(text), word);
  }

  static bool IsLeftToReader(absl::string_view text) {
    return HasPhrase(text, "defined on") || HasPhrase(text, "defined by") ||
           HasPhrase(text, "configurable") || HasPhrase(text, "as configured") ||
           HasPhrase(text, "user-defined") || HasPhrase(text, "custom");
  }

  // The X of "(For X only port N must be used)"; "" if there is none.
  static std::string OnlyFor(absl::string_view text) {
    PagePhrase begin;
    PagePhrase end;
    if (!HasPhrase(text, "for", &begin) || !HasPhrase(text, "only port", &end)) return "";
    if (end.begin <= begin.end) return "";
    return std::string(absl::StripAsciiWhitespace(text.substr(begin.end, end.begin - begin.end)));
  }

  // The kind of a column, corrected by what its cell holds: headers may be
  // renamed, missing or swapped.
  PageColumn Role(const PageHeader& header, absl::string_view text,
                  const std::vector<size_t>& cell) const {
    bool destination = false;
    bool protocol = false;
    bool number = false;
    bool damaged = false;
    size_t token_bytes = 0;
    for (const size_t fact : cell) {
      const PageToken& token = page_->facts[fact].token;
      destination = destination || token.IsDestination();
      protocol = protocol || token.kind == Kind::kProtocol;
      number = number || token.kind == Kind::kNumber;
      damaged = damaged || token.kind == Kind::kDamaged;
      token_bytes += page_->facts[fact].text.size();
    }
    const bool mostly_tokens = token_bytes * 2 >= text.size() &&
                               (table_.Has(PageColumn::kPort) || table_.Has(PageColumn::kProtocol) ||
                                token_bytes + 12 >= text.size());
    switch (header.column) {
      case PageColumn::kText:
        if (destination && mostly_tokens) return PageColumn::kAddress;
        if (damaged && mostly_tokens) return PageColumn::kAddress;
        if (protocol && CountWords(text) <= 3) return PageColumn::kProtocol;
        if (number && mostly_tokens && !table_.has_header) return PageColumn::kPort;
        return PageColumn::kText;
      case PageColumn::kPort:
      case PageColumn::kProtocol:
        return destination && !protocol && mostly_tokens ? PageColumn::kAddress : header.column;
      case PageColumn::kService:
        if (protocol && !table_.Has(PageColumn::kProtocol) && CountWords(text) <= 3) {
          return PageColumn::kProtocol;
        }
        if (destination && mostly_tokens && !HasTargetColumn()) return PageColumn::kAddress;
        return PageColumn::kService;
      case PageColumn::kAddress:
      case PageColumn::kHost:
        if (!destination && protocol && !table_.Has(PageColumn::kProtocol)) return PageColumn::kPort;
        if (!destination && !damaged && number && mostly_tokens && !table_.Has(PageColumn::kPort)) {
          return PageColumn::kPort;
        }
        return header.column;
      default: return header.column;
    }
  }

  bool HasTargetColumn() const {
    return table_.Has(PageColumn::kAddress) || table_.Has(PageColumn::kHost);
  }

  std::string RegionOf(absl::string_view text) const {
    const std::string region = FindRegion(text);
    if (!region.empty() || CountWords(text) == 0 || CountWords(text) > 4) return region;
    return absl::StrReplaceAll(absl::AsciiStrToLower(absl::StripAsciiWhitespace(text)), {{" ", "-"}});
  }

  void Settle(const std::vector<size_t>& cell, const std::string& reason) {
    for (const size_t fact : cell) {
      if (!page_->facts[fact].settled) page_->Ignore(fact, reason);
    }
  }

  void AddColumnService(const PageHeader& header, const std::vector<size_t>& cell, RowFacts* facts) {
    PageService around;
    around.protocol = header.protocol == "tcp" ? Protocol::Tcp() : Protocol::Udp();
    for (PageService& service : PairServices(cell, {around}, page_)) {
      facts->group.services.push_back(std::move(service));
    }
  }

  // A protocol whose port cell says "any", or is missing from the table.
  void AddPortless(const std::vector<size_t>& cell, bool port_any, RowFacts* facts) {
    const bool no_ports = !table_.Has(PageColumn::kPort) && facts->group.services.empty();
    for (const size_t fact : cell) {
      const PageFact& word = page_->facts[fact];
      if (word.token.kind != Kind::kProtocol) continue;
      const bool icmp = word.token.protocol == Protocol::Icmp();
      if (!facts->group.services.empty() || !(port_any || icmp || no_ports)) continue;
      PageService service;
      service.protocol = word.token.protocol;
      service.app = word.token.app;
      service.line = word.line;
      service.facts.push_back(fact);
      if (no_ports && !icmp && !port_any) service.inferred.push_back("any port: the table has none");
      facts->group.services.push_back(std::move(service));
    }
  }

  void AddSourcePorts(const std::vector<size_t>& cell, RowFacts* facts) {
    PortSet ports;
    for (const size_t fact : cell) {
      const PageToken& token = page_->facts[fact].token;
      if (token.kind != Kind::kNumber) continue;
      for (const PortRange& range : token.ports.ranges()) ports.Add(range);
    }
    for (PageService& service : facts->group.services) {
      service.source_ports = ports;
      if (!ports.is_any()) service.facts.insert(service.facts.end(), cell.begin(), cell.end());
    }
    if (facts->group.services.empty()) Settle(cell, "source ports of a row without a destination port");
  }

  void ReadTarget(const std::string& text, const std::vector<size_t>& cell, RowFacts* facts,
                  std::vector<size_t>* targets) {
    targets->insert(targets->end(), cell.begin(), cell.end());
    facts->group.back_reference = facts->group.back_reference != 0 ? facts->group.back_reference
                                                                  : FindBackReference(text);
    const bool token = std::any_of(cell.begin(), cell.end(), [this](size_t fact) {
      return page_->facts[fact].token.IsDestination() ||
             page_->facts[fact].token.kind == Kind::kDamaged;
    });
    if (IsAnyWord(text)) {
      PageDestination any;
      any.destination = AnyDestination();
      any.line = facts->group.line;
      facts->group.destinations.push_back(std::move(any));
    } else if (!token && facts->group.back_reference == 0 && CountWords(text) > 0) {
      facts->group.target = text;
    }
    if (facts->group.attributes.condition.empty()) {
      facts->group.attributes.condition = FindCondition(text);
    }
  }

  // A name that is glued to a cell of text before it may begin anywhere.
  void RefuseGluedName(const PageRow& row, size_t column, const std::vector<size_t>& cell,
                       RowFacts* facts) {
    bool text_before = false;
    for (size_t i = column; i-- > 0 && row.cells[i].empty();) {
      text_before = text_before || IsTextColumn(table_.columns[i].column);
    }
    if (column > 0 && !row.cells[column - 1].empty()) {
      text_before = IsTextColumn(table_.columns[column - 1].column);
    }
    if (column == 0 && table_.one_line) {  // the row before may end in text
      text_before = IsTextColumn(table_.columns.back().column) || table_.rows.front().line == row.line;
    }
    if (!text_before) return;
    for (const size_t fact : cell) {
      PageFact& word = page_->facts[fact];
      if (word.token.kind != Kind::kName) continue;
      const absl::string_view line = page_->lines[row.line].text;
      const absl::string_view before =
          absl::StripTrailingAsciiWhitespace(line.substr(0, line.find(word.text)));
      if (absl::EndsWith(before, ",")) continue;  // the second name of a list
      word.token.kind = Kind::kDamaged;
      word.token.reason = "ambiguous: glued to the text before it";
      facts->ambiguous = true;
    }
  }

  // A netmask in a cell of its own belongs to the address before it.
  void JoinNetmask(const std::string& mask, const std::vector<size_t>& cell,
                   const std::vector<size_t>& targets) {
    for (const size_t fact : cell) {
      page_->facts[fact].settled = true;
      page_->facts[fact].counted = false;
    }
    if (targets.empty()) return;
    PageFact& address = page_->facts[targets.back()];
    const NetworkReading reading = ReadPageNetwork(absl::StrCat(address.text, " ", mask), 0, false);
    if (reading.size == 0 || address.token.kind != Kind::kNetwork) return;
    address.token.range = reading.range;
    absl::StrAppend(&address.text, " ", mask);
    if (reading.fault == Fault::kNone) return;
    address.token.kind = Kind::kDamaged;
    address.token.reason = FaultText(reading.fault);
    address.token.suggestion = reading.suggestion;
  }

  // Addresses in a Source column are the remote end of an inbound row.
  void ReadSource(const std::vector<size_t>& cell, RowFacts* facts) {
    sources_ = TakeDestinations(cell, page_);
    (void)facts;
  }

  void ReadRequire(const std::string& text, RowFacts* facts) {
    PageAttributes& attributes = facts->group.attributes;
    attributes.require = FindRequire(text, true);
    if (attributes.require == Require::kConditional) {
      attributes.condition = FindCondition(text);
      if (attributes.condition.empty()) attributes.condition = absl::AsciiStrToLower(text);
    }
  }

  void ReadDescription(const std::string& text, RowFacts* facts) {
    if (facts->group.attributes.require != Require::kUnstated) return;
    PageAttributes& attributes = facts->group.attributes;
    PagePhrase at;
    const Require leading = FindRequire(text, false, &at);
    if (leading == Require::kOptional && at.begin <= 1) {
      attributes.require = leading;
      return;
    }
    for (const absl::string_view word : {"backup", "fallback", "fall back", "only needed if"}) {
      if (!HasPhrase(text, word)) continue;
      attributes.require = Require::kConditional;
      attributes.condition = FindCondition(text);
      if (attributes.condition.empty()) attributes.condition = "fallback";
      return;
    }
  }

  // Which way the row goes, and whose the target is.
  void Orient(const std::string& source, RowFacts* facts) {
    PageGroup& group = facts->group;
    const bool has_tokens = !group.destinations.empty() || group.back_reference != 0;
    const bool reader_target = !group.target.empty() && NamesReadersSide(group.target);
    const bool reader_source = !source.empty() && NamesReadersSide(source);
    if (!group.attributes.direction.has_value()) {
      if (!sources_.empty() && !has_tokens) group.attributes.direction = RuleDirection::kIn;
      if (reader_target && !reader_source && !source.empty()) {
        group.attributes.direction = RuleDirection::kIn;
      }
    }
    if (group.attributes.direction == RuleDirection::kIn) {
      if (!sources_.empty()) {
        for (PageDestination& remote : sources_) group.destinations.push_back(std::move(remote));
        facts->has_destination = true;
      } else if (!has_tokens && !group.target.empty()) {
        group.to_self = source.empty() || reader_source;
        if (HasPhrase(source, "instance") || HasPhrase(source, "instances")) {
          page_->Note(group.line, source, "both ends of this row belong to the reader");
        }
      }
    } else {
      for (const PageDestination& remote : sources_) Settle(remote.facts, "a source address");
      if (!has_tokens && !group.target.empty() && !reader_target) {
        group.unbound = HasPhrase(group.target, "configured") || HasPhrase(group.target, "custom") ||
                        HasPhrase(group.target, "your");
      }
    }
    sources_.clear();
  }

  const PageTable& table_;
  size_t context_;
  Page* page_;
  std::vector<PageDestination> sources_;
};

// ---- merged cells -------------------------------------------------------------------------

// Rows [first, last] that make one group.
struct Block {
  size_t first = 0;
  size_t last = 0;
};

std::string ServiceKey(const RowFacts& row) {
  std::string key;
  for (const PageService& service : row.group.services) {
    absl::StrAppend(&key, service.protocol.ToString(), "/", service.app, "/",
                    service.ports.ToString(), ";");
  }
  return key;
}

std::string ProtocolKey(const RowFacts& row) {
  std::string key;
  for (const PageService& service : row.group.services) {
    absl::StrAppend(&key, service.protocol.ToString(), "/", service.app, ";");
  }
  return key;
}

// Runs of adjacent rows with services, cut where a protocol comes again.
std::vector<Block> ServiceStacks(const std::vector<RowFacts>& rows) {
  std::vector<Block> stacks;
  std::set<std::string> seen;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].has_service) continue;
    const std::string key = ProtocolKey(rows[i]);
    const bool adjacent = !stacks.empty() && stacks.back().last + 1 == i;
    if (!adjacent || seen.count(key) != 0) {
      stacks.push_back({i, i});
      seen.clear();
    } else {
      stacks.back().last = i;
    }
    seen.insert(key);
  }
  return stacks;
}

std::set<std::string> StackServices(const std::vector<RowFacts>& rows, const Block& stack) {
  std::set<std::string> services;
  for (size_t i = stack.first; i <= stack.last; ++i) services.insert(ServiceKey(rows[i]));
  return services;
}

// The blocks if each stack of services stands in the middle of its rows.
std::vector<Block> CentredBlocks(const std::vector<Block>& stacks, size_t rows) {
  std::vector<Block> blocks;
  size_t begin = 0;
  for (size_t i = 0; i < stacks.size(); ++i) {
    if (stacks[i].first < begin) return {};
    const size_t before = stacks[i].first - begin;
    const size_t end = stacks[i].last + before;
    const size_t limit = i + 1 < stacks.size() ? stacks[i + 1].first : rows;
    if (end >= limit) return {};
    blocks.push_back({begin, end});
    begin = end + 1;
  }
  return begin == rows ? blocks : std::vector<Block>{};
}

// One block for each row that opens a group, rows below it that only go on.
std::vector<Block> TopBlocks(const std::vector<RowFacts>& rows) {
  std::vector<Block> blocks;
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool complete = rows[i].has_service && rows[i].has_destination;
    const bool opens = blocks.empty() || complete;
    if (opens) {
      blocks.push_back({i, i});
    } else {
      blocks.back().last = i;
    }
  }
  // Services above the first row with a destination share its merged cell.
  if (blocks.size() > 1 && !rows[0].has_destination) {
    blocks[1].first = blocks[0].first;
    blocks.erase(blocks.begin());
  }
  return blocks;
}

std::vector<Block> Blocks(const std::vector<RowFacts>& rows, Page* page) {
  const bool orphans = std::any_of(rows.begin(), rows.end(), [](const RowFacts& row) {
    return !row.has_service && row.has_destination;
  });
  const std::vector<Block> stacks = ServiceStacks(rows);
  if (!orphans || stacks.empty() || stacks.front().first == 0) return TopBlocks(rows);
  std::vector<Block> centred = CentredBlocks(stacks, rows.size());
  if (!centred.empty()) return centred;
  const std::set<std::string> services = StackServices(rows, stacks.front());
  const bool equal = std::all_of(stacks.begin(), stacks.end(), [&](const Block& stack) {
    return StackServices(rows, stack) == services;
  });
  if (equal) return {{0, rows.size() - 1}};
  // The borders are not certain: what stands between two stacks is for a person.
  std::vector<Block> blocks = stacks;
  blocks.front().first = 0;
  blocks.back().last = rows.size() - 1;
  for (size_t i = 0; i + 1 < stacks.size(); ++i) {
    for (size_t row = stacks[i].last + 1; row < stacks[i + 1].first; ++row) {
      for (const PageDestination& destination : rows[row].group.destinations) {
        for (const size_t fact : destination.facts) {
          page->Quarantine(fact, "between two groups of merged cells: its service is not certain");
        }
      }
    }
  }
  return blocks;
}

// Attributes of a row belong to its own facts when it is merged with others.
void PushDown(const PageGroup& row, PageGroup* group) {
  for (PageService service : row.services) {
    service.require = row.attributes.require;
    group->services.push_back(std::move(service));
  }
  for (PageDestination destination : row.destinations) {
    if (row.services.empty()) destination.attributes = row.attributes;
    group->destinations.push_back(std::move(destination));
  }
  if (!group->attributes.direction.has_value()) group->attributes.direction = row.attributes.direction;
  if (group->service_label.empty()) group->service_label = row.service_label;
  if (group->back_reference == 0) group->back_reference = row.back_reference;
  if (group->target.empty()) group->target = row.target;
  group->to_self = group->to_self || row.to_self;
  group->unbound = group->unbound || row.unbound;
}

// A group with a row whose cells cannot be told apart is for a person.
bool RefuseAmbiguous(const std::vector<RowFacts>& rows, const Block& block, Page* page) {
  bool ambiguous = false;
  for (size_t i = block.first; i <= block.last; ++i) ambiguous = ambiguous || rows[i].ambiguous;
  if (!ambiguous) return false;
  for (size_t i = block.first; i <= block.last; ++i) {
    for (const PageDestination& destination : rows[i].group.destinations) {
      for (const size_t fact : destination.facts) {
        page->Quarantine(fact, "ambiguous: the cells of its row are glued together");
      }
    }
    for (const PageService& service : rows[i].group.services) {
      for (const size_t fact : service.facts) {
        if (page->facts[fact].token.kind == Kind::kNumber) {
          page->Quarantine(fact, "ambiguous: the cells of its row are glued together");
        }
      }
    }
  }
  return true;
}

void Reject(const RowFacts& row, const std::string& reason, Page* page) {
  const auto all = [&](const std::vector<size_t>& facts) {
    for (const size_t fact : facts) {
      if (!page->facts[fact].settled) page->Ignore(fact, reason);
    }
  };
  for (const PageService& service : row.group.services) all(service.facts);
  for (const PageDestination& destination : row.group.destinations) all(destination.facts);
}

}  // namespace

size_t ReadPageTable(size_t first, size_t context, Page* page) {
  const PageTable table = ReadPageRows(first, *page);
  if (table.rows.empty()) return std::max(first, table.end);
  RowReader reader(table, context, page);
  std::vector<RowFacts> rows;
  std::string region;
  for (const PageRow& row : table.rows) {
    RowFacts facts = reader.Read(row);
    // An empty region cell is the one above, merged.
    PageAttributes& attributes = facts.group.attributes;
    if (table.Has(PageColumn::kRegion) && attributes.region.empty()) attributes.region = region;
    region = attributes.region;
    if (facts.negative) {
      Reject(facts, "negative text: no longer to be allowed", page);
    } else if (facts.unbound_port && facts.group.services.empty()) {
      page->Note(facts.group.line, "", "the row names no destination port: the reader defines it");
    } else if (facts.has_service || facts.has_destination) {
      rows.push_back(std::move(facts));
    }
  }
  if (rows.empty()) return table.end;
  const bool mergeable =
      std::any_of(rows.begin(), rows.end(), [](const RowFacts& r) { return r.has_service; }) &&
      std::any_of(rows.begin(), rows.end(), [](const RowFacts& r) { return r.has_destination; });
  std::vector<Block> blocks;
  if (mergeable) {
    blocks = Blocks(rows, page);
  } else {
    for (size_t i = 0; i < rows.size(); ++i) blocks.push_back({i, i});
  }
  for (const Block& block : blocks) {
    if (RefuseAmbiguous(rows, block, page)) continue;
    PageGroup group = rows[block.first].group;
    if (block.last > block.first) {
      group.services.clear();
      group.destinations.clear();
      group.attributes = {};
      for (size_t i = block.first; i <= block.last; ++i) PushDown(rows[i].group, &group);
    }
    page->groups.push_back(std::move(group));
  }
  return table.end;
}

}  // namespace allowmatch
