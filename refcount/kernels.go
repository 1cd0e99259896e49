package refcount

import "github.com/vmrace/vmrace/vm"

// The patches of the kernels that have more than a few.
const (
	linux2532 = RefillCheck | NoBugOn
	ehrhardt  = Skewed | InPlace | Owner | NoBugOn
	linux267  = Skewed | TestOne | Counted | NoBugOn
	piggin    = GetFirst | Owner | Counted | NoBugOn
	linux2617 = piggin | UnlessZero | NonAtomic
	// morton is what all readings of Morton's proposal share.
	morton  = RefillCheck | NoBugOn | ScanFrees | PlainPutback | VecLockFirst | Counted
	locking = NoBugOn | VecLockFirst | LockFirst | Counted
)

const (
	mailRace     = "Christian Ehrhardt, LKML, 22 Aug 2002"
	mailProposal = "Andrew Morton, LKML, 25 Aug 2002"
	mailPatch    = "Christian Ehrhardt, LKML, 26 Aug 2002"
	mailLRU      = "Daniel Phillips, LKML, 31 Aug 2002"
)

var kernels = []vm.Kernel{
	{Name: "2.5.31", ID: "AC", Version: "2.5.31", Year: 2002, Source: "bk:19e4c5ed, mm/vmscan.c", Patches: RMap,
		About: "the scan of the rmap kernels, for what was said of -ac: releases a page outside the LRU lock if add_to_swap fails"},
	{Name: "2.5.31-20020814", ID: "P0", Version: "2.5.31-bk", Year: 2002, Source: "bk:5b4de1d2", Patches: Unlocked | Strict | FreePage,
		About: "__page_cache_release frees by __free_page, which puts a count of zero"},
	{Name: "2.5.31-20020815", ID: "P1", Version: "2.5.31-bk", Year: 2002, Source: "bk:29c3f6ff", Patches: Unlocked | Strict,
		About: "PageLRU tested outside the lock, a BUG if it is clear inside"},
	{Name: "2.5.31-20020819", ID: "P2", Version: "2.5.31-bk", Year: 2002, Source: "bk:d4cc4412", Patches: Unlocked,
		About: "the count is checked again under the lock, PageLRU is still tested outside"},
	{Name: "2.5.31-20020820", ID: "P3", Version: "2.5.31-bk", Year: 2002, Source: "bk:88d4b538",
		About: "everything under the lock, with a bogus BUG_ON before it; the same lines as 2.5.31-bk7"},
	{Name: "2.5.31-mm1", ID: "A1", Version: "2.5.31-mm1", Year: 2002, Source: mailRace, Patches: RefillCheck,
		About: "both scans check the count and then take their reference"},
	{Name: "2.5.31-bk7", ID: "A0", Version: "2.5.31-bk7", Year: 2002, Source: "mm/swap.c, mm/vmscan.c",
		About: "refill_inactive takes its reference without a look at the count"},
	{Name: "2.5.31-morton-b1", ID: "B1", Version: "2.5.31-bk7", Year: 2002, Source: mailProposal, Patches: morton | Leave,
		About: "page_cache_release never frees: a page off the LRU leaks"},
	{Name: "2.5.31-morton-b2", ID: "B2", Version: "2.5.31-bk7", Year: 2002, Source: mailProposal, Patches: morton | DropPeek,
		About: "who makes the count zero frees a page that is not on the LRU, without the lock"},
	{Name: "2.5.31-morton-b3", ID: "B3", Version: "2.5.31-bk7", Year: 2002, Source: mailProposal, Patches: morton | DropLock,
		About: "who makes the count zero takes the lock and frees a page that is not on the LRU"},
	{Name: "2.5.31-morton-b6", ID: "B6", Version: "2.5.31-bk7", Year: 2002, Source: mailProposal, Patches: morton,
		About: "the scan frees pages with a count of zero, while page_cache_release is the old one"},
	{Name: "2.5.31-morton-b5x", ID: "B5x", Version: "2.5.31-bk7", Year: 2002, Source: mailProposal, Patches: morton | LockFirst | PlainNonLRU,
		About: "two flavours of pagevec_release, the plain one used on pages off the LRU: they leak"},
	{Name: "2.5.31-morton-b5", ID: "B5", Version: "2.5.31-bk7", Year: 2002, Source: mailProposal, Patches: morton | LockFirst, Fixed: true,
		About: "two flavours of pagevec_release: lock before the drop, or leave the page to the scan"},
	{Name: "2.5.31-morton-b4", ID: "B4", Version: "2.5.31-bk7", Year: 2002, Source: mailPatch, Patches: locking, Fixed: true,
		About: "every put that may be the last is under the LRU lock"},
	{Name: "2.5.31-ehrhardt", ID: "C", Version: "2.5.31-bk7 with the patch", Year: 2002, Source: mailPatch, Patches: ehrhardt, Fixed: true,
		About: "a scan gets a reference only if the page had one"},
	{Name: "2.5.31-ehrhardt-unlocked", ID: "Cx", Version: "2.5.31-bk7 with the patch", Year: 2002, Source: mailPatch, Patches: ehrhardt | GetUnlocked,
		About: "Ehrhardt's patch against its own rule: shrink_cache calls page_cache_get_lru without the LRU lock"},
	{Name: "2.5.32", ID: "P4", Version: "2.5.32", Year: 2002, Source: "bk:3f76fabd", Patches: linux2532,
		About: "the semi-fix: without the bogus BUG_ON, both scans check the count"},
	{Name: "2.5.32-bug-on", ID: "A1b", Version: "2.5.31-bk7", Year: 2002, Source: "mm/swap.c", Patches: linux267 &^ NoBugOn,
		About: "the race closed as in 2.6.7, with the BUG_ON of 2.5.31-bk7: it accuses a scan that looks at a dead page"},
	{Name: "2.5.32-continue", ID: "A1c", Version: "2.5.32", Year: 2002, Source: "bk:3f76fabd", Patches: linux267 &^ Counted,
		About: "the race closed as in 2.6.7, with the scans of 2.5.32 that do not count dead pages: they go round for ever"},
	{Name: "2.4.19-phillips-aug31", ID: "Hx", Version: "2.4.19 with the patch", Year: 2002, Source: mailLRU, Patches: LRUOwner | NoBugOn | Counted | RefillCheck | SetEarly,
		About: "the same as posted first: lru_cache_add sets PG_lru before it takes the lock and the reference"},
	{Name: "2.4.19-phillips", ID: "H", Version: "2.4.19 with the patch", Year: 2002, Source: mailLRU, Patches: LRUOwner | NoBugOn | Counted | RefillCheck, Fixed: true,
		About: "presence on the LRU holds a reference; in the order lock, link, bit, reference"},
	{Name: "2.6.7", ID: "E", Version: "2.6.7-rc1", Year: 2004, Source: "bk:ad5d48f2", Patches: linux267, Fixed: true,
		About: "get_page_testone tells a dead page, after it was taken off the list"},
	{Name: "2.4.27", ID: "G", Version: "2.4.27", Year: 2004, Source: "mm/vmscan.c, mm/page_alloc.c", Patches: ScanLocked,
		About: "the scan holds the LRU lock, but takes a reference to a page under I/O that may have none"},
	{Name: "2.4.27-unless-zero", ID: "Gz", Version: "2.4.27", Year: 2004, Source: "mm/vmscan.c with get_page_unless_zero", Patches: ScanLocked | Walker24, Fixed: true,
		About: "the scan of 2.4 with a get that fails on a count of zero; never in a release"},
	{Name: "2.6.17-rc1", ID: "F1", Version: "2.6.17-rc1", Year: 2006, Source: "46453a6e194", Patches: piggin | Skewed, Fixed: true,
		About: "a dead page keeps PG_lru, the releaser tests it without the lock"},
	{Name: "2.6.17", ID: "F2", Version: "2.6.17", Year: 2006, Source: "7c8ee9a8634, 8dc04efbfb3", Patches: linux2617, Fixed: true,
		About: "get_page_unless_zero: a count of zero is never raised"},
	{Name: "5.11", ID: "I511", Version: "5.11", Year: 2021, Source: "mm/vmscan.c, mm/swap.c", Patches: linux2617 | Claim, Fixed: true,
		About: "who clears PG_lru has claimed the page, without the lock"},
}
