#include "bench/logged_names.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "flowlog/blocks.h"
#include "flowlog/byte_source.h"
#include "flowlog/readers.h"
#include "flowlog/record_batch.h"
#include "matcher/name.h"

namespace allowmatch {
namespace {

void Collect(const RecordBatch& batch, std::vector<std::string>* names) {
  std::string canonical;
  for (size_t i = 0; i < batch.size; ++i) {
    const bool has = batch.note[i] == Note::kNone && (batch.parts[i] & kName) != 0;
    if (has && CanonicalName(batch.Name(i), &canonical) == Fault::kNone) {
      names->push_back(canonical);
    }
  }
}

void CollectFile(const std::string& path, std::vector<std::string>* names) {
  absl::StatusOr<std::unique_ptr<ByteSource>> source = OpenLog(path, nullptr);
  if (!source.ok()) return;
  Blocks blocks(*std::move(source));
  const auto batch = std::make_unique<RecordBatch>();
  std::unique_ptr<Reader> reader;
  while (blocks.Fill()) {
    if (reader == nullptr) {
      const Format* const format = DetectFormat(SampleLines(blocks.text(), blocks.last()), {});
      absl::StatusOr<std::unique_ptr<Reader>> made =
          format == nullptr ? absl::NotFoundError("no format") : format->make({});
      if (!made.ok()) return;
      reader = *std::move(made);
    }
    blocks.Use(reader->Read(blocks.text(), blocks.last(), batch.get()));
    if (!reader->status().ok()) return;
    Collect(*batch, names);
    batch->Clear();
  }
}

}  // namespace

std::vector<std::string> NamesInLogs(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> names;
  for (const std::string& path : paths) CollectFile(path, &names);
  return names;
}

const std::vector<std::string>& LoggedNames() {
  static const auto* const names = [] {
    const char* const shared = std::getenv("ALLOWMATCH_SHARED");
    return new std::vector<std::string>(shared == nullptr
                                            ? std::vector<std::string>()
                                            : NamesInLogs(absl::StrCat(shared, "/data/flowlogs")));
  }();
  return *names;
}

}  // namespace allowmatch
