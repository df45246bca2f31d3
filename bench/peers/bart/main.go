// The contender bart.Fast for bench/duel.py, with its protocol (see contender.cc):
//
//	bart FOLDER
//
// One load a process.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/gaissmai/bart"
)

const (
	noRule      = 16777215
	leastPassNs = 50_000_000
)

type contest struct {
	table   bart.Fast[uint32]
	queries []netip.Addr
	answers []uint32
	repeats int
}

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

// The file has IPv4 addresses as one word, IPv6 ones as two, the high half first.
func readQueries(folder string, isSix bool) ([]netip.Addr, error) {
	bytes, err := os.ReadFile(filepath.Join(folder, "address.bin"))
	if err != nil {
		return nil, err
	}
	if !isSix {
		queries := make([]netip.Addr, len(bytes)/4)
		for i := range queries {
			var four [4]byte
			binary.BigEndian.PutUint32(four[:], binary.LittleEndian.Uint32(bytes[4*i:]))
			queries[i] = netip.AddrFrom4(four)
		}
		return queries, nil
	}
	queries := make([]netip.Addr, len(bytes)/16)
	for i := range queries {
		var sixteen [16]byte
		binary.BigEndian.PutUint64(sixteen[:8], binary.LittleEndian.Uint64(bytes[16*i:]))
		binary.BigEndian.PutUint64(sixteen[8:], binary.LittleEndian.Uint64(bytes[16*i+8:]))
		queries[i] = netip.AddrFrom16(sixteen)
	}
	return queries, nil
}

type entry struct {
	prefix netip.Prefix
	rule   uint32
}

func readPrefixes(folder string) ([]entry, error) {
	file, err := os.Open(filepath.Join(folder, "prefixes.txt"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var entries []entry
	for lines := bufio.NewScanner(file); lines.Scan(); {
		text, id, _ := strings.Cut(lines.Text(), " ")
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, err
		}
		rule, err := strconv.ParseUint(id, 10, 32)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{prefix, uint32(rule)})
	}
	return entries, nil
}

func heapBytes() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func (c *contest) load(folder string) (string, error) {
	about, err := readAbout(folder)
	if err != nil {
		return "", err
	}
	if about["kind"] == "tuples" {
		return `{"unsupported": "addresses only"}`, nil
	}
	if c.queries, err = readQueries(folder, about["kind"] == "addresses6"); err != nil {
		return "", err
	}
	entries, err := readPrefixes(folder)
	if err != nil {
		return "", err
	}
	before := heapBytes()
	start := time.Now()
	for _, e := range entries {
		c.table.Insert(e.prefix, e.rule)
	}
	build := time.Since(start)
	size := heapBytes() - before
	runtime.KeepAlive(entries) // else they are collected in between
	// Go begins arrays of this size at a page, so at a cache line too.
	c.answers = make([]uint32, len(c.queries))
	c.calibrate()
	return fmt.Sprintf(`{"ready": true, "table_bytes": %d, "build_ms": %d, "detail": "Fast; %s"}`,
		size, build.Milliseconds(), runtime.Version()), nil
}

func (c *contest) calibrate() {
	c.pass()
	start := time.Now()
	c.pass()
	c.repeats = int(leastPassNs/(time.Since(start).Nanoseconds()+1)) + 1
}

func (c *contest) pass() {
	for i, address := range c.queries {
		rule, found := c.table.Lookup(address)
		if !found {
			rule = noRule
		}
		c.answers[i] = rule
	}
}

func (c *contest) run() string {
	clear(c.answers)
	start := time.Now()
	for range c.repeats {
		c.pass()
	}
	ns := time.Since(start).Nanoseconds()
	var sum uint64
	for _, answer := range c.answers {
		sum += uint64(answer)
	}
	return fmt.Sprintf(`{"ns": %d, "queries": %d, "sum": %d, "cycles": null, "cache_misses": null}`,
		ns, len(c.queries)*c.repeats, sum)
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: bart FOLDER")
		os.Exit(2)
	}
	runtime.LockOSThread()
	c := &contest{}
	for words := bufio.NewScanner(os.Stdin); words.Scan(); {
		command, name, _ := strings.Cut(words.Text(), " ")
		switch {
		case command == "quit":
			return
		case command == "load":
			answer, err := c.load(filepath.Join(os.Args[1], name))
			if err != nil {
				answer = fmt.Sprintf(`{"error": %q}`, err.Error())
			}
			fmt.Println(answer)
		case command == "run" && c.repeats > 0:
			fmt.Println(c.run())
		default:
			fmt.Printf("{\"error\": %q}\n", "cannot "+command)
		}
	}
}
