package invalidate

import "github.com/vmrace/vmrace/vm"

// The ->nopage of a device driver such as bttv: it returns a page of its own,
// with a reference. page->mapping of such a page is NULL.
const (
	drvFind = iota
	drvGet
	drvReturn
)

var driverNopageListing = vm.Listing[State, locals]{Name: "videobuf_vm_nopage", Source: "drivers/media/video, 2.6.16", Step: (*State).driverNopage, Lines: []vm.Line{
	drvFind:   {Text: "page = the buffer's page;"},
	drvGet:    {Text: "get_page(page);"},
	drvReturn: {Text: "return page;"},
}}

func (s *State) driverNopage(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case drvFind:
		for i := range s.Page {
			if vm.Look(x, &s.Page[i].Ghost).Has(driver) {
				l.page = handle(i + 1)
			}
		}
		if l.page == 0 {
			return x.Return(0)
		}
	case drvGet:
		s.get(x, l.page)
	case drvReturn:
		return x.Return(uint8(l.page))
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
