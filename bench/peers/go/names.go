package main

import (
	"bufio"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/sagernet/sing/common/domain"
	"github.com/v2fly/v2ray-core/v5/common/strmatcher"
)

// Whether a rule lists each name. Both matchers want names in lower case and without the
// final dot; what that takes is part of their time, as it is of ours.
type names struct {
	listed  func(string) bool
	queries []string
	answers []bool
}

func (n *names) pass() {
	for i, name := range n.queries {
		n.answers[i] = n.listed(strings.ToLower(strings.TrimSuffix(name, ".")))
	}
}

func (n *names) clear() {
	for i := range n.answers {
		n.answers[i] = i%2 == 0
	}
}

func (n *names) size() int { return len(n.queries) }

func (n *names) sum() (string, uint64) {
	var sum uint64
	for i, answer := range n.answers {
		if answer {
			sum += uint64(i) + 1
		}
	}
	return "listed", sum
}

// All names in one string, as parts of it.
func readNames(folder string) ([]string, error) {
	var columns [3][]byte
	for i, file := range []string{"names.bin", "offset.bin", "size.bin"} {
		bytes, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			return nil, err
		}
		columns[i] = bytes
	}
	text := string(columns[0])
	queries := make([]string, len(columns[2])/2)
	for i := range queries {
		offset := int(binary.LittleEndian.Uint32(columns[1][4*i:]))
		size := int(binary.LittleEndian.Uint16(columns[2][2*i:]))
		queries[i] = text[offset : offset+size]
	}
	return queries, nil
}

// The suffixes of patterns by their form: `x`, `*.x`, `.x`.
type patterns struct {
	whole, below, both []string
}

func (p *patterns) add(pattern string) {
	if suffix, found := strings.CutPrefix(pattern, "*."); found {
		p.below = append(p.below, suffix)
	} else if suffix, found := strings.CutPrefix(pattern, "."); found {
		p.both = append(p.both, suffix)
	} else {
		p.whole = append(p.whole, pattern)
	}
}

// Whether all names that a pattern of the form *-turn.x covers are listed without it.
func (p *patterns) covers(partial string) bool {
	label, suffix, _ := strings.Cut(partial, ".")
	return strings.Contains(label, "*") && !strings.ContainsAny(suffix, "*?") &&
		(slices.Contains(p.below, suffix) || slices.Contains(p.both, suffix))
}

func readPatterns(folder string) (patterns, error) {
	var p patterns
	var wild []string
	file, err := os.Open(filepath.Join(folder, "patterns.txt"))
	if err != nil {
		return p, err
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		pattern, _, _ := strings.Cut(lines.Text(), " ")
		if strings.ContainsAny(strings.TrimPrefix(pattern, "*."), "*?") {
			wild = append(wild, pattern)
		} else {
			p.add(pattern)
		}
	}
	for _, pattern := range wild {
		if !p.covers(pattern) {
			return p, unsupported("partial labels")
		}
	}
	return p, nil
}

// Makes the function that says whether a name is listed, by a table that it keeps.
type maker func(patterns) (func(string) bool, error)

func loadNames(folder string, about map[string]string, detail string, newMatcher maker) (contest, built, error) {
	if about["kind"] != "names" {
		return nil, built{}, unsupported("names only")
	}
	p, err := readPatterns(folder)
	if err != nil {
		return nil, built{}, err
	}
	n := &names{}
	if n.queries, err = readNames(folder); err != nil {
		return nil, built{}, err
	}
	table := measure(detail, func() { n.listed, err = newMatcher(p) })
	runtime.KeepAlive(p) // else it is collected in between
	n.answers = make([]bool, len(n.queries))
	return n, table, err
}

// sing has `.x` for what lies below x, and `x` for x and below.
func loadSing(folder string, about map[string]string) (contest, built, error) {
	return loadNames(folder, about, "domain.Matcher; yes or no", func(p patterns) (func(string) bool, error) {
		suffixes := append([]string{}, p.both...)
		for _, suffix := range p.below {
			suffixes = append(suffixes, "."+suffix)
		}
		return domain.NewMatcher(p.whole, suffixes, false).Match, nil
	})
}

// It can tell the rules too, by Match, which allocates; MatchAny is its quickest.
func loadV2ray(folder string, about map[string]string) (contest, built, error) {
	return loadNames(folder, about, "MphMatcherGroup; yes or no", func(p patterns) (func(string) bool, error) {
		if len(p.below) > 0 {
			return nil, unsupported("*.x without x")
		}
		group := strmatcher.NewMphMatcherGroup()
		for _, suffix := range p.both {
			group.AddDomainMatcher(strmatcher.DomainMatcher(suffix), 1)
		}
		for _, name := range p.whole {
			group.AddFullMatcher(strmatcher.FullMatcher(name), 1)
		}
		err := group.Build()
		return group.MatchAny, err
	})
}
