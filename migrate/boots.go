package migrate

import "github.com/vmrace/vmrace/vm"

// Most workloads have a migration on CPU0, and on the others who may disturb it.
var boots = []vm.Boot[State]{
	{Name: "alone", Init: bootAlone, Programs: [][]uint8{{opMigrate, opShrink1, opShrink}}, Needs: hasRef | Alone},
	{Name: "read", Init: bootNew, Programs: [][]uint8{{opMigrate}, {opCreate, opZap0, opRead, opShrink}}, Without: Alone | NoPageLock},
	{Name: "truncate", Init: bootFile, Programs: [][]uint8{{opMigrate}, {opTruncate}, {opRead}}, Without: Alone | NoPageLock},
	{Name: "gup", Init: bootFile, Programs: [][]uint8{{opMigrate}, {opGup}, {opRead}}, Without: Alone | NoPageLock},
	{Name: "fork", Init: bootFork, Programs: [][]uint8{{opMigrate}, {opStore1}, {opZap1}}, Needs: hasRef, Without: Alone},
	{Name: "swap", Init: bootSwapped, Programs: [][]uint8{{opMigrate}, {opLoad0}, {opZap0}}, Needs: hasRef, Without: Alone},
	{Name: "moving", Init: bootSwapped, Programs: [][]uint8{{opMigrate, opShrink1}, {opMoveRef, opLoad0, opStore0, opGup}}, Needs: hasRef, Without: Alone},
	{Name: "reclaim", Init: bootNew, Programs: [][]uint8{{opMigrate, opShrink}, {opLoad0, opGup}}, Without: Alone | NoPageLock},
}

var waitBoots = []vm.Boot[State]{
	{Name: "alone", Init: bootAlone, Programs: [][]uint8{{opMigrate}}, Needs: hasRef | Alone},
	{Name: "wait", Init: bootFile, Programs: [][]uint8{{opMigrate}, {opStore0}}, Without: Alone},
	{Name: "wait2", Init: bootFile, Programs: [][]uint8{{opMigrate}, {opStore0}, {opLoad0}}, Without: Alone | PlainGet | Peek},
	{Name: "retry", Init: bootFile, Programs: [][]uint8{{opMigrateTwice}, {opStore0}}, Without: Alone},
	{Name: "zap", Init: bootAnon, Programs: [][]uint8{{opMigrate}, {opStore0}, {opZap0}}, Without: Alone},
	{Name: "starve", Init: bootFile, Programs: [][]uint8{{opMigrateAll}, {opLoad0}}, Without: Alone | PlainGet | Peek},
}

// begin sets up page 0, mapped at address 0 and on the LRU; page 1 is free.
func (s *State) begin(e pte, m mapping, f vm.Flags) {
	s.Page[0] = page{Mapping: m, Flags: lru | uptodate | f, Data: 1}
	s.Page[1].Life = vm.FreeLife
	s.Truth, s.Disk = 1, 1
	s.PTE[0] = e
	switch e.kind() {
	case ptePresent:
		s.Page[0].Maps = 1
		s.refer(byOther)
	case pteSwap:
		s.SwapMap = 1
	}
}

func (s *State) refer(o owners) {
	s.Page[0].Count++
	s.Page[0].Own += o
}

func (s *State) cache() {
	s.Slot = slotOf(0)
	s.refer(byCache)
}

// bootNew has a page of a file that has just been read.
func bootNew(s *State, _ vm.Patch) {
	s.begin(ptePresent|pteWrite, file, 0)
	s.Rules = isFile
	s.cache()
}

// bootFile has one with PG_private, with the reference that the kernel gives it,
// and a store that only the page table entry knows of.
func bootFile(s *State, p vm.Patch) {
	bootNew(s, p)
	s.PTE[0] |= pteDirty
	s.Disk = 0
	s.Page[0].Flags |= private
	if p&hasRef != 0 {
		s.refer(byPrivate)
	}
}

// bootAlone has one that nothing stands in the way of being migrated or reclaimed.
func bootAlone(s *State, p vm.Patch) {
	bootFile(s, p)
	s.Rules |= strict
}

// bootAnon has an anonymous page that is not in the swap cache.
func bootAnon(s *State, _ vm.Patch) { s.begin(ptePresent|pteWrite, anon, dirty) }

// bootFork has one that parent and child share until one of them stores.
func bootFork(s *State, _ vm.Patch) {
	s.begin(ptePresent, anon, dirty)
	s.PTE[1] = ptePresent
	s.Page[0].Maps = 2
	s.refer(byOther)
}

// bootSwapped has a page in the swap cache that no page table entry maps: the
// one at address 0 holds its swap entry.
func bootSwapped(s *State, _ vm.Patch) {
	s.begin(pteSwap, anon, swapCache)
	s.cache()
}
