#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "flowlog/blocks.h"
#include "flowlog/byte_source.h"
#include "flowlog/json_lines.h"

namespace allowmatch {
namespace {

std::string Gzip(absl::string_view text) {
  std::string out(compressBound(text.size()) + 64, '\0');
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Zstd(absl::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return out;
}

struct Result {
  std::string text;
  std::string error;
};

// Reads in small and odd pieces.
Result ReadAll(ByteSource* source, size_t piece = 7) {
  Result result;
  std::string buffer(piece, '\0');
  while (const size_t got = source->Read(buffer.data(), buffer.size())) {
    result.text.append(buffer, 0, got);
  }
  result.error = std::string(source->status().message());
  return result;
}

Result UnpackAll(absl::string_view bytes) {
  auto source = Unpack(NewMemorySource(bytes.data(), bytes.size()));
  if (!source.ok()) return {"", std::string(source.status().message())};
  return ReadAll(source->get());
}

std::string Lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, "line ", i * 7919 % 1000, "\n");
  return text;
}

TEST(UnpackTest, PlainTextAndOneMark) {
  EXPECT_EQ(UnpackAll("text\n").text, "text\n");
  EXPECT_EQ(UnpackAll("").text, "");
  EXPECT_EQ(UnpackAll("\xef\xbb\xbftext\n").text, "text\n");
  EXPECT_EQ(UnpackAll("\xef\xbb\xbf\xef\xbb\xbftext\n").text, "\xef\xbb\xbftext\n");
}

TEST(UnpackTest, EveryGzipMember) {
  const std::string text = Lines(5000);
  EXPECT_EQ(UnpackAll(Gzip(text)).text, text);
  const Result joined = UnpackAll(Gzip(text) + Gzip("") + Gzip(text) + std::string(512, '\0'));
  EXPECT_EQ(joined.text, text + text);
  EXPECT_EQ(joined.error, "");
}

TEST(UnpackTest, AMillionEmptyMembers) {
  const std::string member = Gzip("");
  std::string bytes;
  for (int i = 0; i < 1000000; ++i) bytes += member;
  const Result result = UnpackAll(bytes + Gzip("text"));
  EXPECT_EQ(result.text, "text");
  EXPECT_EQ(result.error, "");
}

TEST(UnpackTest, GzipCutAnywhereGivesWhatCameBefore) {
  const std::string text = Lines(50);
  const std::string bytes = Gzip(text);
  for (size_t size = 2; size < bytes.size(); ++size) {
    const Result result = UnpackAll(absl::string_view(bytes).substr(0, size));
    EXPECT_EQ(result.error.substr(0, 12), "gz_truncated") << size;
    EXPECT_EQ(result.text, text.substr(0, result.text.size()));
  }
}

TEST(UnpackTest, DamagedGzip) {
  const std::string bytes = Gzip(Lines(5000));
  EXPECT_EQ(UnpackAll(bytes + "garbage").error.substr(0, 16), "gz_trailing_data");
  std::string flipped = bytes;
  flipped[flipped.size() - 6] = static_cast<char>(flipped[flipped.size() - 6] ^ 1);
  EXPECT_EQ(UnpackAll(flipped).error.substr(0, 10), "gz_corrupt");
  // A header with a name that does not end.
  EXPECT_EQ(UnpackAll("\x1f\x8b\x08\x08" + std::string(100000, 'x')).error.substr(0, 12),
            "gz_truncated");
}

TEST(UnpackTest, EveryZstdFrame) {
  const std::string text = Lines(5000);
  const std::string skippable(
      "\x50\x2a\x4d\x18\x03\x00\x00\x00"
      "abc",
      11);
  const Result result = UnpackAll(skippable + Zstd(text) + skippable + Zstd(text));
  EXPECT_EQ(result.text, text + text);
  EXPECT_EQ(result.error, "");
}

TEST(UnpackTest, DamagedZstd) {
  const std::string text = Lines(5000);
  const std::string bytes = Zstd(text);
  for (size_t size = 5; size < bytes.size(); size += 97) {
    EXPECT_EQ(UnpackAll(absl::string_view(bytes).substr(0, size)).error.substr(0, 14),
              "zstd_truncated");
  }
  std::string flipped = bytes;
  flipped.back() = static_cast<char>(flipped.back() ^ 1);
  EXPECT_EQ(UnpackAll(flipped).error.substr(0, 13), "zstd_checksum");
}

TEST(UnpackTest, WhatIsRefusedSaysWhatToDo) {
  const auto error = [](absl::string_view bytes) { return UnpackAll(bytes).error; };
  EXPECT_EQ(error("PK\x03\x04zip").substr(0, 23), "unsupported_compression");
  EXPECT_EQ(error(absl::string_view("\xfd"
                                    "7zXZ\0xz",
                                    8))
                .substr(0, 23),
            "unsupported_compression");
  EXPECT_EQ(error("BZh9").substr(0, 23), "unsupported_compression");
  EXPECT_EQ(error("\xff\xfe"
                  "a")
                .substr(0, 20),
            "encoding_unsupported");
  EXPECT_EQ(error("\xfe\xff"
                  "a")
                .substr(0, 20),
            "encoding_unsupported");
  EXPECT_EQ(error(absl::string_view("v\0e\0r\0s\0i\0o\0n\0", 14)).substr(0, 20),
            "encoding_unsupported");
  EXPECT_EQ(error(absl::string_view("\0v\0e\0r\0s\0i\0o\0n", 14)).substr(0, 20),
            "encoding_unsupported");
  EXPECT_EQ(error("\xd4\xc3\xb2\xa1....").substr(0, 16), "a packet capture");
  EXPECT_EQ(error("PAR1....").substr(0, 14), "a Parquet file");
  EXPECT_EQ(error("\x0c\xa5....").substr(0, 14), "an nfcapd file");
  // What is packed inside is looked at as well.
  EXPECT_EQ(error(Gzip("PK\x03\x04zip")).substr(0, 23), "unsupported_compression");
}

TEST(OpenLogTest, FilesAreToldByTheirContent) {
  const std::string path = testing::TempDir() + "/plain.gz";
  std::ofstream(path) << "text\n";
  FileProgress progress;
  auto source = OpenLog(path, &progress);
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(ReadAll(source->get()).text, "text\n");
  EXPECT_EQ(progress.size, 5u);
  EXPECT_EQ(progress.read, 5u);
  EXPECT_FALSE(OpenLog(testing::TempDir(), nullptr).ok());
  EXPECT_FALSE(OpenLog("/nonexistent", nullptr).ok());
}

std::string BlocksOf(absl::string_view bytes) {
  Blocks blocks(NewMemorySource(bytes.data(), bytes.size()));
  std::string out;
  while (blocks.Fill()) {
    out.append(blocks.text().data(), blocks.text().size());
    blocks.Use(blocks.text().size());
  }
  return out;
}

TEST(BlocksTest, LineEnds) {
  EXPECT_EQ(BlocksOf("a\nb\n"), "a\nb\n");
  EXPECT_EQ(BlocksOf("a\nb"), "a\nb\n");
  EXPECT_EQ(BlocksOf("a\r\nb\r\n"), "a\nb\n");
  EXPECT_EQ(BlocksOf("a\rb\r"), "a\nb\n");
  EXPECT_EQ(BlocksOf("a\r\rb"), "a\n\nb\n");
  EXPECT_EQ(BlocksOf(""), "");
}

TEST(BlocksTest, CrlfAcrossEveryReadBoundary) {
  // The buffer ends at another place of the line in each round.
  for (size_t shift = 0; shift < 6; ++shift) {
    std::string dos = std::string(shift, 'x'), unix = dos;
    while (dos.size() < 700000) {
      dos += "abcd\r\n";
      unix += "abcd\n";
    }
    ASSERT_EQ(BlocksOf(dos), unix);
  }
}

TEST(BlocksTest, LongLinesAreCut) {
  for (const size_t size : {kMaxLine, kMaxLine + 1, 10 * kMaxLine, 100 * kMaxLine}) {
    const std::string text = "a\n" + std::string(size, 'x') + "\nb\n";
    const std::string kept = std::string(std::min(size, size_t{5 * kMaxLine}), 'x');
    const std::string out = BlocksOf(text);
    EXPECT_EQ(out.substr(0, 2), "a\n");
    EXPECT_EQ(out.substr(out.size() - 3), "\nb\n");
    EXPECT_EQ(out.size() - 5 > kMaxLine, size > kMaxLine);
  }
}

TEST(BlocksTest, AfterAnErrorTheLastLineMayBeHalf) {
  const std::string bytes = Gzip(Lines(100000));
  auto source = Unpack(NewMemorySource(bytes.data(), bytes.size() / 2));
  ASSERT_TRUE(source.ok());
  Blocks blocks(*std::move(source));
  std::string out;
  while (blocks.Fill()) {
    out.append(blocks.text().data(), blocks.text().size());
    blocks.Use(blocks.text().size());
  }
  EXPECT_FALSE(blocks.status().ok());
  ASSERT_FALSE(out.empty());
  EXPECT_EQ(out, Lines(100000).substr(0, out.size()));
  EXPECT_EQ(out.back(), '\n');
}

TEST(JsonLinesTest, ArraysAndPrettyPrintedObjects) {
  EXPECT_EQ(UnpackAll("[{\"a\":1},\n {\"b\":\"x,]\\\"\n\"}]\n").text,
            "{\"a\":1}\n{\"b\":\"x,]\\\" \"}");
  EXPECT_EQ(UnpackAll("[\n  {\n    \"a\": [1, 2]\n  },\n  {\n  }\n]\n").text,
            "{     \"a\": [1, 2]   }\n{   }");
  EXPECT_EQ(UnpackAll("{\n  \"a\": 1\n}\n{\n  \"b\": 2\n}\n").text,
            "{   \"a\": 1 }\n{   \"b\": 2 }\n");
  EXPECT_EQ(UnpackAll("{\"a\":1}\n{\"b\":2}\n").text, "{\"a\":1}\n{\"b\":2}\n");
  EXPECT_FALSE(IsManyLineJson("[1,2]"));
  EXPECT_FALSE(IsManyLineJson("{\"a\":1}\n"));
}

}  // namespace
}  // namespace allowmatch
