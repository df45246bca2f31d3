#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "matcher/image.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22  // Linux 5.14
#endif

namespace allowmatch {
namespace {

absl::Status Failed(int error) {
  const char* const what = std::strerror(error);
  return error == ENOENT ? absl::NotFoundError(what) : absl::UnavailableError(what);
}

absl::Status WasCut(uint64_t size) {
  return absl::DataLossError(
      absl::StrCat("it was cut while it was opened: it had ", size,
                   " bytes; replace such a file by renaming another over it"));
}

// Reads the pages, so that one that is gone is an error here and no signal
// later. Kernels that cannot do that say EINVAL: they find it out by the size.
absl::Status Populate(void* data, size_t size) {
  if (madvise(data, size, MADV_POPULATE_READ) == 0 || errno == EINVAL) return absl::OkStatus();
  return errno == EFAULT ? WasCut(size) : Failed(errno);
}

absl::Status CheckSize(int descriptor, size_t size) {
  struct stat now = {};
  if (fstat(descriptor, &now) != 0) return Failed(errno);
  return static_cast<uint64_t>(now.st_size) < size ? WasCut(size) : absl::OkStatus();
}

absl::StatusOr<Image> MapOpen(int descriptor) {
  struct stat about = {};
  if (fstat(descriptor, &about) != 0) return Failed(errno);
  if (S_ISDIR(about.st_mode)) return Failed(EISDIR);
  if (!S_ISREG(about.st_mode)) {
    return absl::InvalidArgumentError("only a regular file can be mapped");
  }
  return Image::MapDescriptor(descriptor, static_cast<size_t>(about.st_size));
}

}  // namespace

absl::StatusOr<Image> Image::MapDescriptor(int descriptor, size_t size) {
  Image image;
  if (size == 0) return image;
  void* const data = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (data == MAP_FAILED) return Failed(errno);
  image.data_ = std::unique_ptr<char[], Free>(static_cast<char*>(data), Free{size});
  image.size_ = size;
  if (absl::Status s = CheckSize(descriptor, size); !s.ok()) return s;
  if (absl::Status s = Populate(data, size); !s.ok()) return s;
  return image;
}

absl::StatusOr<Image> Image::Map(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  const int error = errno;
  absl::StatusOr<Image> image =
      descriptor < 0 ? absl::StatusOr<Image>(Failed(error)) : MapOpen(descriptor);
  if (descriptor >= 0) close(descriptor);
  if (image.ok()) return image;
  return absl::Status(image.status().code(), absl::StrCat(path, ": ", image.status().message()));
}

}  // namespace allowmatch
