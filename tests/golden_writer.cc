// Writes the images of data/golden: see update_golden.

#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "tests/golden.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: golden_writer FOLDER\n");
    return 2;
  }
  for (const allowmatch::GoldenImage& golden : allowmatch::GoldenImages()) {
    const absl::StatusOr<allowmatch::Image> image = allowmatch::CompileGolden(golden, argv[1]);
    std::ofstream file(absl::StrCat(argv[1], "/", golden.image), std::ios::binary);
    if (image.ok()) file << image->bytes();
    if (!image.ok() || !file.flush()) {
      std::fprintf(stderr, "%s: %s\n", golden.image.c_str(), image.status().ToString().c_str());
      return 2;
    }
    std::printf("%s: %zu bytes\n", golden.image.c_str(), image->size());
  }
  return 0;
}
