package migrate

import "github.com/vmrace/vmrace/vm"

type class = vm.Class[State, locals]

var classes = []*class{&Migrate, &Wait}
