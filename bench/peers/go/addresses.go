package main

import (
	"bufio"
	"encoding/binary"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/gaissmai/bart"
)

// Which rule lists each address, by bart.Fast.
type addresses struct {
	table   bart.Fast[uint32]
	queries []netip.Addr
	answers []uint32
}

func (a *addresses) pass() {
	for i, address := range a.queries {
		rule, found := a.table.Lookup(address)
		if !found {
			rule = noRule
		}
		a.answers[i] = rule
	}
}

func (a *addresses) clear()    { clear(a.answers) }
func (a *addresses) size() int { return len(a.queries) }

func (a *addresses) sum() (string, uint64) {
	var sum uint64
	for _, answer := range a.answers {
		sum += uint64(answer)
	}
	return "sum", sum
}

// The file has IPv4 addresses as one word, IPv6 ones as two, the high half first.
func readAddresses(folder string, isSix bool) ([]netip.Addr, error) {
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

func loadBart(folder string, about map[string]string) (contest, built, error) {
	if about["kind"] != "addresses4" && about["kind"] != "addresses6" {
		return nil, built{}, unsupported("addresses only")
	}
	queries, err := readAddresses(folder, about["kind"] == "addresses6")
	if err != nil {
		return nil, built{}, err
	}
	entries, err := readPrefixes(folder)
	if err != nil {
		return nil, built{}, err
	}
	a := &addresses{queries: queries}
	table := measure("Fast", func() {
		for _, e := range entries {
			a.table.Insert(e.prefix, e.rule)
		}
	})
	runtime.KeepAlive(entries) // else they are collected in between
	// Go begins arrays of this size at a page, so at a cache line too.
	a.answers = make([]uint32, len(queries))
	return a, table, nil
}
