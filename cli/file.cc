#include "cli/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace allowmatch {
namespace {

constexpr size_t kLimit = size_t{1} << 30;

bool Fail(const std::string& path, const char* what, std::string* error) {
  *error = path + ": " + what;
  return false;
}

// Room for the rest of a file, and for a byte more, which tells that it has ended. What
// is no file, or grows, is read as it comes.
size_t RoomFor(int fd, size_t so_far) {
  constexpr size_t kLeast = size_t{1} << 16;
  struct stat about = {};
  const bool known = fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0;
  const size_t size = known ? std::min(static_cast<size_t>(about.st_size), kLimit) : 0;
  return size >= so_far ? std::max(size - so_far + 1, kLeast) : std::max(so_far, kLeast);
}

bool ReadAll(int fd, const std::string& path, std::string* bytes, std::string* error) {
  size_t used = 0;
  while (true) {
    if (used == bytes->size()) bytes->resize(used + RoomFor(fd, used));
    const ssize_t size = read(fd, bytes->data() + used, bytes->size() - used);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Fail(path, std::strerror(errno), error);
    used += static_cast<size_t>(size);
    if (used > kLimit) return Fail(path, "larger than 1 GiB", error);
    if (size > 0) continue;
    bytes->resize(used);
    return true;
  }
}

}  // namespace

bool ReadFile(const std::string& path, std::string* bytes, std::string* error) {
  bytes->clear();
  if (path == "-") return ReadAll(STDIN_FILENO, "stdin", bytes, error);
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Fail(path, std::strerror(errno), error);
  const bool read = ReadAll(fd, path, bytes, error);
  close(fd);
  return read;
}

}  // namespace allowmatch
