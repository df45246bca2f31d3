#include "flowlog/magic.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace allowmatch {
namespace {

struct Refused {
  absl::string_view magic;
  const char* why;
};

// Literals with their NUL bytes.
template <size_t kSize>
constexpr absl::string_view Bytes(const char (&text)[kSize]) {
  return absl::string_view(text, kSize - 1);
}

constexpr Refused kRefused[] = {
    {Bytes("PK\x03\x04"),
     "unsupported_compression: a zip archive; pipe it: unzip -p FILE | allowmatch classify -"},
    {Bytes("\xfd"
           "7zXZ\x00"),
     "unsupported_compression: xz; pipe it: xzcat FILE | allowmatch classify -"},
    {Bytes("BZh"), "unsupported_compression: bzip2; pipe it: bzcat FILE | allowmatch classify -"},
    {Bytes("\x04\x22\x4d\x18"),
     "unsupported_compression: lz4; pipe it: lz4cat FILE | allowmatch classify -"},
    {Bytes("\xd4\xc3\xb2\xa1"), "a packet capture; run it through Zeek or Suricata"},
    {Bytes("\xa1\xb2\xc3\xd4"), "a packet capture; run it through Zeek or Suricata"},
    {Bytes("\x4d\x3c\xb2\xa1"), "a packet capture; run it through Zeek or Suricata"},
    {Bytes("\xa1\xb2\x3c\x4d"), "a packet capture; run it through Zeek or Suricata"},
    {Bytes("\x0a\x0d\x0d\x0a"), "a packet capture (pcapng); run it through Zeek or Suricata"},
    {Bytes("PAR1"), "a Parquet file; export it as CSV"},
    {Bytes("\x0c\xa5"), "an nfcapd file; export it: nfdump -r FILE -o csv"},
    {Bytes("\xff\xfe"), "encoding_unsupported: UTF-16; convert it: iconv -f UTF-16 -t UTF-8 FILE"},
    {Bytes("\xfe\xff"), "encoding_unsupported: UTF-16; convert it: iconv -f UTF-16 -t UTF-8 FILE"},
};

// Text in UTF-16 without a mark: every other byte is NUL.
bool LooksLikeUtf16(absl::string_view head) {
  if (head.size() < 4) return false;
  size_t nuls[2] = {};
  for (size_t i = 0; i < head.size(); ++i) nuls[i % 2] += head[i] == '\0';
  const size_t half = head.size() / 2;
  return std::max(nuls[0], nuls[1]) * 10 >= half * 8 && std::min(nuls[0], nuls[1]) * 10 <= half;
}

}  // namespace

Packing PackingOf(absl::string_view head) {
  if (absl::StartsWith(head, "\x1f\x8b")) return Packing::kGzip;
  if (absl::StartsWith(head, "\x28\xb5\x2f\xfd")) return Packing::kZstd;
  // A skippable frame may come first.
  const bool skippable =
      head.size() >= 4 && (head[0] & '\xf0') == '\x50' && head.substr(1, 3) == "\x2a\x4d\x18";
  return skippable ? Packing::kZstd : Packing::kNone;
}

absl::Status RefuseMagic(absl::string_view head) {
  for (const Refused& refused : kRefused) {
    if (absl::StartsWith(head, refused.magic)) return absl::InvalidArgumentError(refused.why);
  }
  if (LooksLikeUtf16(head)) {
    return absl::InvalidArgumentError(
        "encoding_unsupported: UTF-16; convert it: iconv -f UTF-16LE -t UTF-8 FILE");
  }
  return absl::OkStatus();
}

}  // namespace allowmatch
