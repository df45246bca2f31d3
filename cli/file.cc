#include "cli/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace allowmatch {
namespace {

constexpr size_t kLimit = size_t{1} << 30;

bool Fail(const std::string& path, const char* what, std::string* error) {
  *error = path + ": " + what;
  return false;
}

bool ReadAll(int fd, const std::string& path, std::string* bytes, std::string* error) {
  char buffer[1 << 16];
  while (true) {
    const ssize_t size = read(fd, buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Fail(path, std::strerror(errno), error);
    if (size == 0) return true;
    if (bytes->size() + static_cast<size_t>(size) > kLimit) {
      return Fail(path, "larger than 1 GiB", error);
    }
    bytes->append(buffer, static_cast<size_t>(size));
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
