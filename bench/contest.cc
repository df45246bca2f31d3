#include "bench/contest.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

#include "bench/counters.h"

namespace allowmatch {
namespace {

// A pass over few queries is repeated until it lasts this long.
constexpr int64_t kLeastPassNs = 50'000'000;

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted + '"';
}

void PrintError(const std::string& what) { std::printf("{\"error\": %s}\n", Quoted(what).c_str()); }

// How often a pass is repeated.
size_t Calibrate(Contest* contest) {
  contest->Pass();
  const Stopwatch watch;
  contest->Pass();
  return static_cast<size_t>(kLeastPassNs / std::max<int64_t>(watch.ns(), 1)) + 1;
}

void PrintLoaded(const Loaded& loaded) {
  if (loaded.contest == nullptr) {
    std::printf("{\"%s\": %s}\n", loaded.unsupported ? "unsupported" : "error",
                Quoted(loaded.refusal).c_str());
    return;
  }
  std::printf("{\"ready\": true, \"table_bytes\": %zu, \"build_ms\": %lld, \"detail\": %s}\n",
              loaded.table_bytes, static_cast<long long>(loaded.build_ns / 1000000),
              Quoted(loaded.detail).c_str());
}

void Run(Contest* contest, size_t repeats, const Counters& counters) {
  contest->Clear();
  counters_start(&counters);
  const Stopwatch watch;
  for (size_t i = 0; i < repeats; ++i) contest->Pass();
  const int64_t ns = watch.ns();
  counters_stop(&counters);
  std::printf("{\"ns\": %lld, \"queries\": %zu, \"%s\": %llu, ", static_cast<long long>(ns),
              contest->size() * repeats, contest->tells_rules() ? "sum" : "listed",
              static_cast<unsigned long long>(contest->Sum()));
  counters_print(&counters, stdout);
  std::printf("}\n");
}

}  // namespace

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::map<std::string, std::string> ReadAbout(const std::string& folder) {
  std::map<std::string, std::string> about;
  std::ifstream file(folder + "/about");
  for (std::string key, value; file >> key >> value;) about[key] = value;
  return about;
}

NameQueries ReadNames(const std::string& folder) {
  return {ReadColumn<char>(folder + "/names.bin"), ReadColumn<uint32_t>(folder + "/offset.bin"),
          ReadColumn<uint16_t>(folder + "/size.bin")};
}

Loaded Failed(const std::string& why) {
  Loaded loaded;
  loaded.refusal = why;
  return loaded;
}

Loaded Unsupported(const std::string& why) {
  Loaded loaded = Failed(why);
  loaded.unsupported = true;
  return loaded;
}

void Serve(const std::string& folder, const std::function<Loaded(const std::string&)>& load) {
  Counters counters;
  counters_open(&counters);
  Loaded loaded;
  size_t repeats = 0;
  for (std::string command, name; std::cin >> command && command != "quit";) {
    if (command == "load" && std::cin >> name) {
      loaded = Loaded();  // before the next one, so that memory holds one table
      loaded = load(folder + "/" + name);
      if (loaded.contest != nullptr) repeats = Calibrate(loaded.contest.get());
      PrintLoaded(loaded);
    } else if (command == "run" && loaded.contest != nullptr) {
      Run(loaded.contest.get(), repeats, counters);
    } else {
      PrintError("cannot " + command);
    }
    std::fflush(stdout);
  }
}

}  // namespace allowmatch
