package vm

import (
	"fmt"
	"reflect"
	"strings"
)

// Objects says how many objects of which kind a state type has: its arrays of
// structs, without the CPUs, as "4 pages, 2 mms".
func Objects[S any]() string {
	t := reflect.TypeFor[S]()
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Type.Kind() != reflect.Array || f.Type.Elem().Kind() != reflect.Struct || strings.HasPrefix(f.Type.Elem().Name(), "CPU[") {
			continue
		}
		name := strings.ToLower(f.Name)
		if n := f.Type.Len(); n == 1 {
			out = append(out, "1 "+name)
		} else {
			out = append(out, fmt.Sprintf("%d %ss", n, name))
		}
	}
	return strings.Join(out, ", ")
}
