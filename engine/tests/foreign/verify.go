// Checks what the engine says with the code of Go's checksum database, which knows nothing of ours.
//
// A case a line comes in as JSON; whether it was taken goes out as "true" or "false". Roots are
// computed here, from the same leaves: leaf n is "sham n".
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type hashed struct {
	stored []tlog.Hash
	leaves int64
}

func (h *hashed) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = h.stored[index]
	}
	return found, nil
}

func leaf(n int64) []byte {
	return []byte(fmt.Sprintf("sham %d", n))
}

func (h *hashed) root(size int64) tlog.Hash {
	for ; h.leaves < size; h.leaves++ {
		more, err := tlog.StoredHashes(h.leaves, leaf(h.leaves), h)
		must(err)
		h.stored = append(h.stored, more...)
	}
	root, err := tlog.TreeHash(size, h)
	must(err)
	return root
}

// One of them is there.
type question struct {
	Key, Note string
	Old, Size int64
	N         *int64
	Root      string
	Proof     [][]byte
}

func (q *question) hashes() []tlog.Hash {
	hashes := make([]tlog.Hash, len(q.Proof))
	for i := range q.Proof {
		copy(hashes[i][:], q.Proof[i])
	}
	return hashes
}

func (q *question) taken(tree *hashed) bool {
	if q.Note != "" {
		verifier, err := note.NewVerifier(q.Key)
		if err != nil {
			return false
		}
		opened, err := note.Open([]byte(q.Note), note.VerifierList(verifier))
		return err == nil && len(opened.Sigs) == 1
	}
	root := tree.root(q.Size)
	if root.String() != q.Root {
		return false
	}
	if q.N != nil {
		return tlog.CheckRecord(q.hashes(), q.Size, root, *q.N, tlog.RecordHash(leaf(*q.N))) == nil
	}
	return tlog.CheckTree(q.hashes(), q.Size, root, q.Old, tree.root(q.Old)) == nil
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	tree, out := &hashed{}, bufio.NewWriter(os.Stdout)
	lines := json.NewDecoder(bufio.NewReader(os.Stdin))
	for lines.More() {
		var asked question
		must(lines.Decode(&asked))
		fmt.Fprintln(out, asked.taken(tree))
	}
	must(out.Flush())
}
