// Contenders in Go for bench/duel.py, with its protocol (see contest.py):
//
//	contender bart|sing|v2ray FOLDER
//
// One load a process.
package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

const (
	noRule      = 16777215
	leastPassNs = 50_000_000
)

// A workload that is loaded.
type contest interface {
	pass()                 // answers all queries
	clear()                // what a pass leaves unanswered must be wrong
	sum() (string, uint64) // "sum" or "listed", and what the answers add up to
	size() int             // queries of a pass
}

// What lookups use, how long it took to build, and how lookups are done.
type built struct {
	bytes  int64
	time   time.Duration
	detail string
}

// Why a workload cannot be held.
type unsupported string

func (u unsupported) Error() string { return string(u) }

// The columns of a folder, of the kinds that an engine knows, in a table of it.
type loader func(folder string, about map[string]string) (contest, built, error)

var engines = map[string]loader{"bart": loadBart, "sing": loadSing, "v2ray": loadV2ray}

func readAbout(folder string) (map[string]string, error) {
	text, err := os.ReadFile(filepath.Join(folder, "about"))
	if err != nil {
		return nil, err
	}
	about := map[string]string{}
	for _, line := range strings.Split(string(text), "\n") {
		if key, value, found := strings.Cut(line, " "); found {
			about[key] = value
		}
	}
	return about, nil
}

func heapBytes() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// Builds a table, and counts what it adds to the heap.
func measure(detail string, build func()) built {
	before := heapBytes()
	start := time.Now()
	build()
	taken := time.Since(start)
	return built{heapBytes() - before, taken, detail + "; " + runtime.Version()}
}

// A contest, and how often its pass is repeated.
type turns struct {
	contest contest
	repeats int
}

func (t *turns) load(engine loader, folder string) (string, error) {
	about, err := readAbout(folder)
	if err != nil {
		return "", err
	}
	contest, table, err := engine(folder, about)
	if err != nil {
		return "", err
	}
	t.contest = contest
	t.calibrate()
	return fmt.Sprintf(`{"ready": true, "table_bytes": %d, "build_ms": %d, "detail": %q}`,
		table.bytes, table.time.Milliseconds(), table.detail), nil
}

func (t *turns) calibrate() {
	t.contest.pass()
	start := time.Now()
	t.contest.pass()
	t.repeats = int(leastPassNs/(time.Since(start).Nanoseconds()+1)) + 1
}

func (t *turns) run() string {
	t.contest.clear()
	start := time.Now()
	for range t.repeats {
		t.contest.pass()
	}
	ns := time.Since(start).Nanoseconds()
	key, sum := t.contest.sum()
	return fmt.Sprintf(`{"ns": %d, "queries": %d, %q: %d, "cycles": null, "cache_misses": null}`,
		ns, t.contest.size()*t.repeats, key, sum)
}

func (t *turns) answer(engine loader, folder, command, name string) string {
	switch {
	case command == "load":
		ready, err := t.load(engine, filepath.Join(folder, name))
		if why, is := err.(unsupported); is {
			return fmt.Sprintf(`{"unsupported": %q}`, string(why))
		}
		if err != nil {
			return fmt.Sprintf(`{"error": %q}`, err.Error())
		}
		return ready
	case command == "run" && t.repeats > 0:
		return t.run()
	}
	return fmt.Sprintf(`{"error": %q}`, "cannot "+command)
}

func main() {
	if len(os.Args) != 3 || engines[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: contender bart|sing|v2ray FOLDER")
		os.Exit(2)
	}
	runtime.LockOSThread()
	var t turns
	for words := bufio.NewScanner(os.Stdin); words.Scan(); {
		command, name, _ := strings.Cut(words.Text(), " ")
		if command == "quit" {
			return
		}
		fmt.Println(t.answer(engines[os.Args[1]], os.Args[2], command, name))
	}
}
