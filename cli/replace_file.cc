#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "cli/file.h"

namespace allowmatch {
namespace {

bool Fail(const std::string& path, absl::string_view what, std::string* error) {
  *error = absl::StrCat(path, ": ", what);
  return false;
}

// Where the file is if `path` leads there by links.
std::string Target(const std::string& path) {
  char* const real = realpath(path.c_str(), nullptr);
  const std::string target = real == nullptr ? path : real;
  std::free(real);
  return target;
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

// The mode for the new file, that of the old one if there is one. False if
// what is there is no file, such as a folder or a device.
bool ModeFor(const std::string& target, mode_t* mode, const char** what) {
  struct stat old = {};
  if (stat(target.c_str(), &old) != 0) {
    const mode_t mask = umask(0);
    umask(mask);
    *mode = 0666 & ~mask;
    return true;
  }
  *mode = old.st_mode & 07777;
  *what = S_ISDIR(old.st_mode) ? std::strerror(EISDIR) : "it is not a regular file";
  return S_ISREG(old.st_mode);
}

bool WriteAll(int descriptor, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = write(descriptor, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(size));
  }
  return true;
}

// The rename itself is on the disk once the folder is. Some file systems cannot
// say so; the file is whole either way.
void SyncFolder(const std::string& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  close(descriptor);
}

// A file with the bytes, under a name of its own; "" and errno on failure.
std::string WriteBeside(const std::string& target, mode_t mode, absl::string_view bytes) {
  std::string name = absl::StrCat(target, ".XXXXXX");
  const int descriptor = mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) return "";
  const bool wrote =
      WriteAll(descriptor, bytes) && fchmod(descriptor, mode) == 0 && fsync(descriptor) == 0;
  int error = errno;
  const bool closed = close(descriptor) == 0;
  if (wrote && closed) return name;
  if (wrote) error = errno;
  unlink(name.c_str());
  errno = error;
  return "";
}

}  // namespace

bool ReplaceFile(const std::string& path, absl::string_view bytes, std::string* error) {
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on the size of files is an error of write, too
  const std::string target = Target(path);
  mode_t mode = 0;
  const char* what = "";
  if (!ModeFor(target, &mode, &what)) return Fail(path, what, error);
  const std::string beside = WriteBeside(target, mode, bytes);
  if (beside.empty()) return Fail(path, std::strerror(errno), error);
  if (std::rename(beside.c_str(), target.c_str()) != 0) {
    what = std::strerror(errno);
    unlink(beside.c_str());
    return Fail(path, what, error);
  }
  SyncFolder(FolderOf(target));
  return true;
}

}  // namespace allowmatch
